"""The deals of Rafael Ortega's team in Chicago."""

from __future__ import annotations

from bot.sample_company.plans import DealPlan, deal

HANNAH: tuple[DealPlan, ...] = (
    deal("D-1301", "hannah", "Prairie Gate Mills", "Route", 118_000, "q0720 d0817 p0921 n1027", "1124"),
    deal("D-1302", "hannah", "Lakemere Surgical", "Sense", 96_000, "q0803 d0908 p1006", "1211"),
    deal(
        "D-1303",
        "hannah",
        "Kettle Ridge Foods",
        "Route",
        62_000,
        "q0824 d0916",
        "1209",
        no_step="0921-1006",
        steps=("0922 0930 1006 Book the working session with their CFO",),
    ),
    deal("D-1304", "hannah", "Kickapaw Cheese", "Sense", 41_000, "q0831 d0921", "1217", amounts="0929:63000"),
    deal("D-1305", "hannah", "Wapsie Doors", "Dock", 33_000, "q0908 d1014", "1203", quiet="1002-1021"),
    deal("D-1306", "hannah", "Fox Bend Fasteners", "Dock", 54_000, "q0602 d0625 p0722 n0819 W0914", "0915"),
    deal("D-1307", "hannah", "Sheboygan Sails", "Yard", 38_000, "q0709 d0805 p0826 L0921", "0930"),
    deal("D-1308", "hannah", "Galena Hardware", "Dock", 16_000, "q0714 d0810 L0908", "0930"),
    deal("D-1327", "hannah", "Calumet Robotics", "Yard", 71_000, "q1008 d1029", "1218"),
)
# Devon leaves on 16 October; his deals are handed over that day.
DEVON: tuple[DealPlan, ...] = (
    deal(
        "D-1309",
        "devon",
        "Ozark Beverage",
        "Route",
        102_000,
        "q0713 d0811 p0914",
        "1120",
        quiet="0916-1021",
        handover="1016:lucia",
    ),
    deal(
        "D-1310",
        "devon",
        "Missouri Bend Steel",
        "Yard",
        88_000,
        "q0727 d0825 p0922",
        "1204",
        no_step="0922-1022",
        handover="1016:hannah",
    ),
    deal(
        "D-1311",
        "devon",
        "Gatewell Pet Foods",
        "Route",
        57_000,
        "q0804 d0901 p0928",
        "1211",
        handover="1016:hannah",
    ),
    deal("D-1312", "devon", "Cahokia Plastics", "Dock", 49_000, "q0818 d0914", "1216", handover="1016:lucia"),
    deal("D-1313", "devon", "Meramec Dairy", "Sense", 45_000, "q0825 d0918", "1130", handover="1016:lucia"),
    deal(
        "D-1314", "devon", "Tower Grove Books", "Dock", 31_000, "q0908 d0930", "1210", handover="1016:hannah"
    ),
    deal("D-1315", "devon", "Altona Bend Brick", "Yard", 64_000, "q0608 d0702 p0803 n0825 W0911", "0911"),
    deal("D-1316", "devon", "Kirkwood Dental Supply", "Sense", 27_000, "q0721 d0817 p0909 L0924", "0930"),
)
LUCIA: tuple[DealPlan, ...] = (
    deal("D-1317", "lucia", "Mesa Alta Foods", "Route", 160_000, "q0706 d0803 p0901 n0923 W1028", "1113"),
    deal(
        "D-1318",
        "lucia",
        "Rio Brazos Chemicals",
        "Sense",
        138_000,
        "q0720 d0819 p0917",
        "0831",
        redates="0827:0930 0925:1130",
    ),
    deal(
        "D-1319",
        "lucia",
        "Lone Cedar Ranch Supply",
        "Dock",
        52_000,
        "q0810 d0908",
        "1209",
        contacts=1,
        added="1020",
    ),
    deal(
        "D-1320",
        "lucia",
        "Panhandle Cold Chain",
        "Sense",
        97_000,
        "q0817 d0914 p1008",
        "1217",
        no_step="1012-1030",
        steps=("1014 1021 1030 Get the pilot's success criteria signed by the plant director",),
    ),
    deal("D-1321", "lucia", "San Marcal Ceramics", "Yard", 74_000, "q0824 d0922", "1215"),
    deal("D-1322", "lucia", "Pecos Valley Nuts", "Route", 49_000, "q0908 d0928 p1022", "1202"),
    deal("D-1323", "lucia", "Bluemesa Uniform", "Dock", 43_000, "q0609 d0701 p0729 n0824 W0917", "0918"),
    deal("D-1324", "lucia", "Cielo Optics", "Sense", 82_000, "q0615 d0709 p0810 n0902 W0928", "0930"),
    deal("D-1325", "lucia", "Trinity Bend Paper", "Dock", 26_000, "q0713 d0806 L0831", "0930"),
    deal("D-1326", "lucia", "Agave Springs Spirits", "Route", 58_000, "q1014 d1104", "1218"),
)
CHICAGO: tuple[DealPlan, ...] = HANNAH + DEVON + LUCIA
