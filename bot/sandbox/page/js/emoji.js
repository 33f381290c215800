/** Emoji shortcodes a workspace commonly sees; an unknown one stays readable as :name:. */

import { h } from "./dom.js";

const TABLE = `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 wave 👋 clap 👏 raised_hands 🙌 pray 🙏 muscle 💪 point_right 👉 point_left 👈
point_up 👆 point_down 👇 handshake 🤝 raised_hand ✋ hand ✋ crossed_fingers 🤞 v ✌️ fist ✊ writing_hand ✍️ eyes 👀 ear 👂
smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 joy 😂 rofl 🤣 slightly_smiling_face 🙂 blush 😊 wink 😉 heart_eyes 😍
thinking_face 🤔 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 grimacing 😬 relieved 😌 pensive 😔
sleepy 😪 sleeping 😴 worried 😟 confused 😕 slightly_frowning_face 🙁 open_mouth 😮 astonished 😲 flushed 😳 cry 😢 sob 😭
sweat 😓 sweat_smile 😅 cold_sweat 😰 scream 😱 angry 😠 rage 😡 sunglasses 😎 nerd_face 🤓 partying_face 🥳 hugging_face 🤗
face_with_monocle 🧐 zipper_mouth_face 🤐 exploding_head 🤯 robot_face 🤖 ghost 👻 skull 💀 heart ❤️ yellow_heart 💛
green_heart 💚 blue_heart 💙 purple_heart 💜 orange_heart 🧡 black_heart 🖤 white_heart 🤍 broken_heart 💔 sparkling_heart 💖
100 💯 fire 🔥 sparkles ✨ star ⭐ star2 🌟 boom 💥 collision 💥 zap ⚡ tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆
medal 🏅 sports_medal 🏅 first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 dart 🎯 rocket 🚀 airplane ✈️ car 🚗
crown 👑 gem 💎 moneybag 💰 money_with_wings 💸 dollar 💵 euro 💶 pound 💷 credit_card 💳 chart 💹
chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 clipboard 📋 memo 📝 pencil 📝 pencil2 ✏️ pushpin 📌
round_pushpin 📍 paperclip 📎 link 🔗 scissors ✂️ file_folder 📁 open_file_folder 📂 page_facing_up 📄 page_with_curl 📃
bookmark 🔖 bookmark_tabs 📑 book 📖 books 📚 notebook 📓 ledger 📒 newspaper 📰 label 🏷️ date 📅 calendar 📆
spiral_calendar_pad 🗓️ card_index 📇 card_file_box 🗃️ file_cabinet 🗄️ wastebasket 🗑️ lock 🔒 unlock 🔓 key 🔑 hammer 🔨
wrench 🔧 gear ⚙️ hammer_and_wrench 🛠️ toolbox 🧰 mag 🔍 mag_right 🔎 bulb 💡 flashlight 🔦 microscope 🔬 telescope 🔭
telephone_receiver 📞 phone ☎️ telephone ☎️ iphone 📱 calling 📲 email 📧 envelope ✉️ e-mail 📧 incoming_envelope 📨
envelope_with_arrow 📩 inbox_tray 📥 outbox_tray 📤 package 📦 mailbox 📫 speech_balloon 💬 left_speech_bubble 🗨️
thought_balloon 💭 busts_in_silhouette 👥 bust_in_silhouette 👤 man 👨 woman 👩 office 🏢 briefcase 💼 house 🏠 factory 🏭
bank 🏦 hospital 🏥 school 🏫 computer 💻 desktop_computer 🖥️ keyboard ⌨️ printer 🖨️ floppy_disk 💾 cd 💿 battery 🔋
electric_plug 🔌 satellite_antenna 📡 bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 speaker 🔈 mute 🔇 musical_note 🎵 notes 🎶
drum_with_drumsticks 🥁 guitar 🎸 headphones 🎧 microphone 🎤 movie_camera 🎥 camera 📷 tv 📺 art 🎨 game_die 🎲 jigsaw 🧩
alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ clock9 🕘 clock1 🕐 clock12 🕛 clock3 🕒
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_multiplication_x ✖️
warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 stop_sign 🛑 rotating_light 🚨 construction 🚧 exclamation ❗
heavy_exclamation_mark ❗ grey_exclamation ❕ question ❓ grey_question ❔ bangbang ‼️ interrobang ⁉️ information_source ℹ️
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 blue_circle 🔵
large_purple_circle 🟣 white_circle ⚪ black_circle ⚫ large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨
large_green_square 🟩 large_blue_square 🟦 white_large_square ⬜ black_large_square ⬛ white_small_square ▫️ black_small_square ▪️
small_red_triangle 🔺 small_red_triangle_down 🔻 large_orange_diamond 🔶 small_orange_diamond 🔸 large_blue_diamond 🔷
small_blue_diamond 🔹 arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ arrow_lower_right ↘️
arrow_forward ▶️ arrow_backward ◀️ arrows_counterclockwise 🔄 arrows_clockwise 🔃 repeat 🔁 back 🔙 soon 🔜 top 🔝 new 🆕
ok 🆗 up 🆙 cool 🆒 free 🆓 sos 🆘 heavy_plus_sign ➕ heavy_minus_sign ➖ heavy_division_sign ➗ infinity ♾️ recycle ♻️
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣ keycap_ten 🔟 hash #️⃣
sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ umbrella ☔ snowflake ❄️ rainbow 🌈 crescent_moon 🌙 sunrise 🌅 ocean 🌊
earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 globe_with_meridians 🌐 compass 🧭 world_map 🗺️ mountain ⛰️ seedling 🌱
evergreen_tree 🌲 deciduous_tree 🌳 palm_tree 🌴 herb 🌿 four_leaf_clover 🍀 maple_leaf 🍁 cherry_blossom 🌸 rose 🌹
sunflower 🌻 tulip 🌷 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 champagne 🍾 cake 🍰 birthday 🎂 cookie 🍪 doughnut 🍩
pizza 🍕 hamburger 🍔 taco 🌮 apple 🍎 banana 🍌 lemon 🍋 avocado 🥑 dog 🐶 cat 🐱 fox_face 🦊 bear 🐻 panda_face 🐼 lion_face 🦁
unicorn_face 🦄 bee 🐝 butterfly 🦋 turtle 🐢 snail 🐌 whale 🐳 dolphin 🐬 octopus 🐙 owl 🦉 eagle 🦅 penguin 🐧 monkey 🐒
see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ black_flag 🏴
anchor ⚓ ship 🚢 ticket 🎫 medal_military 🎖️ scales ⚖️ shield 🛡️ crossed_swords ⚔️ bomb 💣 pill 💊 dna 🧬 thermometer 🌡️
magnet 🧲 ladder 🪜 brick 🧱 door 🚪 bed 🛏️ shower 🚿 broom 🧹 soap 🧼 ghost 👻 footprints 👣 runner 🏃 walking 🚶 bicyclist 🚴
zzz 💤 heavy_dollar_sign 💲 copyright ©️ registered ®️ tm ™️ spiral_note_pad 🗒️ ring_buoy 🛟 sleuth_or_spy 🕵️ shrug 🤷
raising_hand 🙋 person_raising_hand 🙋 facepalm 🤦 salute 🫡 saluting_face 🫡 melting_face 🫠 brain 🧠 mechanical_arm 🦾
`;

const words = TABLE.trim().split(/\s+/);
const emoji = new Map();
for (let index = 0; index + 1 < words.length; index += 2) emoji.set(words[index], words[index + 1]);

export const SHORTCODE = /:([a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:/y;

export function hasEmoji(name) {
  return emoji.has(name);
}

/** A node for a known shortcode or a unicode sequence ("1f600-1f3fb"); else the plain :name:. */
export function emojiNode(name, unicode = null) {
  let character = emoji.get(name);
  if (!character && unicode) {
    const points = unicode.split("-").map((point) => Number.parseInt(point, 16));
    if (points.every((point) => point > 0 && point <= 0x10ffff)) character = String.fromCodePoint(...points);
  }
  if (!character) return document.createTextNode(`:${name}:`);
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, character);
}

/** Plain text with its shortcodes turned into emoji. */
export function textWithEmoji(text) {
  const result = document.createDocumentFragment();
  let from = 0;
  for (const match of String(text).matchAll(/:([a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:/g)) {
    if (!emoji.has(match[1])) continue;
    result.append(text.slice(from, match.index), emojiNode(match[1]));
    from = match.index + match[0].length;
  }
  result.append(String(text).slice(from));
  return result;
}

/** Plain text with shortcodes as characters, for option labels and titles that can hold no element. */
export function emojiText(text) {
  return String(text ?? "").replace(/:([a-z0-9_+'-]+):/g, (whole, name) => emoji.get(name) ?? whole);
}
