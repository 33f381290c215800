/* What a screen reader would trip over in the page as it stands: a list of sentences, empty when all is well. */
() => {
    const faults = [];
    const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest('[aria-hidden=true]');
    const words = (id) => document.getElementById(id)?.textContent.trim() ?? '';
    const refers = (node, name) => (node.getAttribute(name) ?? '').split(/\s+/).filter(Boolean);
    const nameOf = (node) => {
        const label = refers(node, 'aria-labelledby').map(words).join(' ').trim();
        const own = label || node.getAttribute('aria-label') || [...(node.labels ?? [])].map((one) => one.textContent).join(' ');
        const content = /^(INPUT|TEXTAREA|SELECT|DIALOG)$/.test(node.tagName) ? '' : node.textContent;
        return (own || content || node.getAttribute('title') || '').trim();
    };
    const interactive = 'button, a[href], input, textarea, select, summary, dialog[open], [role=tab], [role=option], [role=menuitem], ' +
        '[role=combobox], [role=listbox], [role=radiogroup], [role=img], [role=region], [role=dialog], [tabindex="0"]';
    for (const node of document.querySelectorAll(interactive)) {
        if (shown(node) && !nameOf(node)) faults.push(`no name: ${node.outerHTML.slice(0, 120)}`);
    }
    // A message's own tools are named by its author and minute, which two messages may share, as in their names.
    const menus = [...document.querySelectorAll('[aria-haspopup=menu]:not(.message-tools *)')].filter(shown).map(nameOf);
    for (const name of new Set(menus.filter((one, at) => menus.indexOf(one) !== at))) faults.push(`menus that sound alike: ${name}`);
    const ids = new Map();
    for (const node of document.querySelectorAll('[id]')) ids.set(node.id, (ids.get(node.id) ?? 0) + 1);
    for (const [id, count] of ids) if (count > 1) faults.push(`id used ${count} times: ${id}`);
    for (const name of ['aria-labelledby', 'aria-describedby', 'aria-activedescendant']) {
        for (const node of document.querySelectorAll(`[${name}]`)) {
            for (const id of refers(node, name)) if (!ids.has(id)) faults.push(`${name} leads nowhere: ${id}`);
        }
    }
    for (const label of document.querySelectorAll('label[for]')) {
        if (!document.getElementById(label.htmlFor)) faults.push(`label of nothing: ${label.textContent}`);
    }
    for (const image of document.querySelectorAll('img:not([alt])')) faults.push(`image without words: ${image.src}`);
    for (const list of document.querySelectorAll('[role=listbox]')) {
        if (list.checkVisibility() && !list.querySelector('[role=option]')) faults.push('a list without options');
    }
    return faults;
}
