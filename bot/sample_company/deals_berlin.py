"""The deals of Kara Voss's team in Berlin."""

from __future__ import annotations

from bot.sample_company.plans import DealPlan, deal

JONAS: tuple[DealPlan, ...] = (
    deal("D-1001", "jonas", "Havelland Dairy", "Route", 48_000, "q0714 d0803 p0911 n1020", "1127"),
    deal(
        "D-1002", "jonas", "Brightwater Kliniken", "Sense", 62_000, "q0722 d0818", "0925", redates="1005:1211"
    ),
    deal("D-1003", "jonas", "Kesselmann Pumpen", "Dock", 12_500, "q0825 d0914", "1120", no_step="0918-"),
    deal(
        "D-1004",
        "jonas",
        "Oderwald Logistik",
        "Route",
        54_000,
        "q0805 d0824 p0922",
        "1204",
        no_step="1019-1105",
        steps=("1019 1023 1105 Send the savings calculation to the CFO",),
    ),
    deal("D-1005", "jonas", "Nordhafen Fisch", "Sense", 21_000, "q0908 d1001", "1215", quiet="1013-1106"),
    deal("D-1006", "jonas", "Ruhrtal Getränke", "Route", 38_000, "q0616 d0702 p0727 n0817 W0904", "0911"),
    deal("D-1007", "jonas", "Steinbrück Papier", "Dock", 27_000, "q0623 d0714 p0810 L0901", "0925"),
    deal("D-1008", "jonas", "Lausitz Agrar", "Sense", 16_500, "q0706 d0728 L0820", "0930"),
    deal("D-1009", "jonas", "Wettinger Bau", "Route", 44_000, "q0610 d0630 p0720 n0806 W0826", "0828"),
    deal("D-1010", "jonas", "Spreewerk Catering", "Route", 33_000, "q1013 d1028", "1218"),
)
# Leyla is busy and liked; almost nothing leaves discovery.
LEYLA: tuple[DealPlan, ...] = (
    deal("D-1011", "leyla", "Falkenried Möbel", "Dock", 34_000, "q0817 d0902", "1130"),
    deal("D-1012", "leyla", "Tannberg Pharma", "Sense", 58_000, "q0727 d0810", "1023"),
    deal("D-1013", "leyla", "Elbtor Reederei", "Yard", 41_000, "q0803 d0818", "1120"),
    deal("D-1014", "leyla", "Kupferdreh Metall", "Route", 29_000, "q0810 d0831", "1127"),
    deal("D-1015", "leyla", "Weserblick Hotels", "Sense", 18_000, "q0714 d0729", "1204", quiet="0915-1022"),
    deal("D-1016", "leyla", "Rosenthaler Feinkost", "Route", 36_000, "q0706 d0716", "1218", quiet="0729-"),
    deal("D-1017", "leyla", "Allerbach Molkerei", "Sense", 44_000, "q0720 d0804", "1211"),
    deal("D-1018", "leyla", "Sandkrug Textil", "Dock", 22_000, "q0727 d0810 L1023", "1106"),
    deal("D-1019", "leyla", "Heidekamp Saatgut", "Route", 47_000, "q0803 d0817", "1125"),
    deal("D-1020", "leyla", "Mühlenhof Backwaren", "Route", 26_000, "q0810 d0825", "1210"),
    deal("D-1021", "leyla", "Isarvent Klima", "Dock", 31_000, "q0713 d0724 p1007", "1204", quiet="0930-1014"),
    deal("D-1022", "leyla", "Finkenau Druck", "Dock", 19_000, "q0707 d0721 L0821", "0930"),
    deal("D-1023", "leyla", "Grünau Werkzeuge", "Route", 35_000, "q0601 d0618 p0713 n0803 W0819", "0828"),
    deal("D-1024", "leyla", "Brackwede Glas", "Yard", 24_000, "q0608 d0629 L0803", "0915"),
)
MATS: tuple[DealPlan, ...] = (
    deal(
        "D-1025",
        "mats",
        "Skarvik Offshore",
        "Yard",
        185_000,
        "q0720 d0810 p0908 n1008",
        "1130",
        contacts=1,
        added="1015",
    ),
    deal(
        "D-1026",
        "mats",
        "Halvarsen Ferries",
        "Route",
        68_000,
        "q0803 d0824 p0918 n1030",
        "1211",
        amounts="0930:120000",
    ),
    deal("D-1027", "mats", "Björkvalla Home", "Dock", 46_000, "q0810 d0831 p0921", "1120", quiet="1006-"),
    deal("D-1028", "mats", "Tordal Timber", "Route", 74_000, "q0721 d0806 p0903 n0928 W1022", "1030"),
    deal("D-1029", "mats", "Norrvika Foods", "Sense", 39_000, "q0901 d0917 p1027", "1218"),
    deal("D-1030", "mats", "Lykkegaard Toys", "Dock", 28_000, "q0907 d0922 p1013", "1204"),
    deal("D-1031", "mats", "Aurivik Mining", "Yard", 52_000, "q0824 d0914", "1209", no_step="0918-1008"),
    deal("D-1032", "mats", "Søndervig Energi", "Sense", 31_000, "q0914 d1016", "1216", no_step="1022-1112"),
    deal("D-1033", "mats", "Hvidbjerg Dairies", "Sense", 42_000, "q0609 d0629 p0720 n0810 W0828", "0831"),
    deal("D-1034", "mats", "Strandmark Retail", "Dock", 55_000, "q0615 d0707 p0803 L0911", "0930"),
    deal("D-1035", "mats", "Kvarnholm Bakery", "Route", 23_000, "q0622 d0713 p0805 n0820 W0915", "0918"),
    deal("D-1036", "mats", "Solvang Seafood", "Sense", 37_000, "q1020 d1105", "1221"),
)
NADIA: tuple[DealPlan, ...] = (
    deal("D-1037", "nadia", "Zollkamp Spirituosen", "Route", 64_000, "q0727 d0817 p0910 n0925 W1007", "1009"),
    deal("D-1038", "nadia", "Marzahn Medizintechnik", "Sense", 88_000, "q0803 d0825 p0916 L1030", "1127"),
    deal("D-1039", "nadia", "Pankower Druckwerk", "Dock", 14_000, "q0907 d0923 p1014 W1110", "1112"),
    deal(
        "D-1040",
        "nadia",
        "Lindenhof Pflege",
        "Sense",
        52_000,
        "q0817 d0908 p1006",
        "1202",
        amounts="1029:80000",
    ),
    deal(
        "D-1041",
        "nadia",
        "Teltmar Robotics",
        "Yard",
        76_000,
        "q0824 d0915 p1019",
        "1016",
        redates="1021:1217",
    ),
    deal("D-1042", "nadia", "Havelauer Obst", "Route", 47_000, "q0831 d0921", "1209", no_step="1008-1029"),
    deal("D-1043", "nadia", "Barnheim Beton", "Route", 31_000, "q0611 d0702 p0723 n0812 W0902", "0904"),
    deal("D-1044", "nadia", "Uckerwald Wind", "Yard", 67_000, "q0617 d0708 p0729 n0819 W0916", "0918"),
    deal("D-1045", "nadia", "Prenzlauer Kaffee", "Dock", 9_000, "q0713 d0803 L0824", "0915"),
    deal("D-1046", "nadia", "Köpenick Marine", "Yard", 29_000, "q0707 d0727 p0817 L0923", "0930"),
    deal("D-1047", "nadia", "Treptow Tools", "Dock", 18_000, "q1012 d1029", "1214"),
)
# Felix left for his holiday with one promise open.
FELIX: tuple[DealPlan, ...] = (
    deal(
        "D-1048",
        "felix",
        "Donaukraft Turbinen",
        "Yard",
        92_000,
        "q0713 d0804 p0831",
        "0831",
        redates="0814:0930 0921:1120",
    ),
    deal(
        "D-1049",
        "felix",
        "Chiemgau Brauhaus",
        "Route",
        38_000,
        "q0803 d0826 p0917",
        "1113",
        no_step="0917-1010",
        steps=("0924 0930 1013 Send the revised offer with the pilot terms",),
    ),
    deal("D-1050", "felix", "Altmühl Keramik", "Dock", 24_000, "q0824 d0914 p1022", "1202"),
    deal("D-1051", "felix", "Inntal Transporte", "Route", 41_000, "q0817 d0907 p0928", "1211"),
    deal("D-1052", "felix", "Zugspitz Outdoor", "Dock", 23_000, "q0914 d1020", "1216", quiet="1014-1028"),
    deal("D-1053", "felix", "Rhönland Milch", "Sense", 33_000, "q0608 d0625 p0716 n0805 W0825", "0828"),
    deal("D-1054", "felix", "Neckarau Optik", "Dock", 21_000, "q0629 d0720 p0810 L0914", "0930"),
    deal("D-1055", "felix", "Moselstein Wein", "Route", 17_000, "q0616 d0706 L0730", "0901"),
)
BERLIN: tuple[DealPlan, ...] = JONAS + LEYLA + MATS + NADIA + FELIX
