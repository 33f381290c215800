"""The deals of Owen Pryce's team in London."""

from __future__ import annotations

from bot.sample_company.plans import DealPlan, deal

# Amara made her quarter on its first day.
AMARA: tuple[DealPlan, ...] = (
    deal("D-1101", "amara", "Pennywell Grocers", "Route", 152_000, "q0622 d0720 p0824 n0914 W1001", "1016"),
    deal("D-1102", "amara", "Castlegate Pharma", "Sense", 98_000, "q0804 d0902 p1005 n1029", "1211"),
    deal(
        "D-1103",
        "amara",
        "Thornbury Rail",
        "Yard",
        125_000,
        "q0817 d0914 p1016",
        "1218",
        no_step="0921-1005",
        steps=("0922 1001 1005 Agree the date of the site visit with the head of operations",),
    ),
    deal("D-1104", "amara", "Merrow Paints", "Dock", 36_000, "q0901 d0921 p1015", "1127", quiet="1009-1021"),
    deal("D-1105", "amara", "Dunmore Distillers", "Route", 58_000, "q0909 d0929", "1215"),
    deal("D-1106", "amara", "Ashcombe Hotels", "Sense", 72_000, "q0526 d0616 p0714 n0810 W0922", "0925"),
    deal("D-1107", "amara", "Kelsmuir Knitwear", "Dock", 28_000, "q0706 d0727 p0819 L0910", "0930"),
    deal("D-1108", "amara", "Whitrow Foods", "Route", 84_000, "q0601 d0629 p0727 n0824 W0918", "0918"),
    deal("D-1109", "amara", "Lowther Glass", "Dock", 19_000, "q0713 d0804 L0901", "0930"),
    deal("D-1110", "amara", "Saltmarsh Energy", "Yard", 66_000, "q1014 d1102", "1221"),
)
# Callum's deals stay small, late and in discovery until the day they are signed.
CALLUM: tuple[DealPlan, ...] = (
    deal(
        "D-1111",
        "callum",
        "Glenrowan Freight",
        "Yard",
        95_000,
        "q0727 d0825 p1021 n1021 W1021",
        "1218",
        amounts="1021:140000",
        category="pipeline",
    ),
    deal(
        "D-1112",
        "callum",
        "Braemore Textiles",
        "Dock",
        42_000,
        "q0810 d0907 p1105 n1105 W1105",
        "1216",
        category="pipeline",
    ),
    deal("D-1113", "callum", "Inverlane Seafood", "Sense", 55_000, "q0824 d1007", "1217", quiet="0924-1014"),
    deal(
        "D-1114", "callum", "Kirkwell Instruments", "Dock", 33_000, "q0907 d0928", "1214", category="pipeline"
    ),
    deal(
        "D-1115", "callum", "Strathmoor Dairies", "Sense", 48_000, "q0803 d0901", "1210", category="pipeline"
    ),
    deal(
        "D-1116",
        "callum",
        "Tayford Packaging",
        "Dock",
        40_000,
        "q0608 d0706 p0812 n0812 W0812",
        "1030",
        amounts="0812:61000",
        category="pipeline",
    ),
    deal(
        "D-1117",
        "callum",
        "Cairnmuir Wind",
        "Yard",
        52_000,
        "q0622 d0720 p0909 n0909 W0909",
        "1127",
        amounts="0909:88000",
        category="pipeline",
    ),
    deal("D-1118", "callum", "Loch Arden Spirits", "Route", 47_000, "q0615 d0713 p0817 L0903", "0930"),
    deal(
        "D-1119",
        "callum",
        "Perthside Motors",
        "Route",
        39_000,
        "q0703 d0724 p0917 n0917 W0917",
        "1120",
        category="pipeline",
    ),
)
# Priya started on 14 September: small deals, no quota yet.
PRIYA: tuple[DealPlan, ...] = (
    deal("D-1120", "priya", "Hollins Bakeware", "Dock", 16_000, "q0917 d1007", "1204"),
    deal("D-1121", "priya", "Marlowe Veterinary", "Sense", 24_000, "q0922 d1014", "1218"),
    deal(
        "D-1122",
        "priya",
        "Fenwick Lane Nurseries",
        "Route",
        13_000,
        "q0928 d1023",
        "1211",
        contacts=1,
        added="1020",
    ),
    deal("D-1123", "priya", "Oakhanger Brewing", "Route", 19_000, "q0930 d1027", "1216"),
    deal("D-1124", "priya", "Rushden Tiles", "Dock", 11_000, "q1008 d1026", "1218"),
    deal("D-1125", "priya", "Severn Cycles", "Dock", 15_500, "q1019 d1109", "1221"),
)
# Saoirse saves every quarter in its last three days; the next one pays for it.
SAOIRSE: tuple[DealPlan, ...] = (
    deal(
        "D-1126",
        "saoirse",
        "Ballinmore Creamery",
        "Sense",
        84_000,
        "q0803 d0908",
        "0831",
        redates="0824:0930 0928:1218",
    ),
    deal("D-1127", "saoirse", "Corrawe Marine", "Yard", 61_000, "q0811 d0914", "1215", quiet="0917-1008"),
    deal(
        "D-1128",
        "saoirse",
        "Shannonvale Foods",
        "Route",
        29_000,
        "q0907 d0929",
        "1211",
        no_step="1008-",
        steps=("1009 1015 - Get the data protection sheet back from their counsel",),
    ),
    deal("D-1129", "saoirse", "Rathmines Print", "Dock", 18_000, "q0921 d1021", "1216", no_step="0921-1013"),
    deal(
        "D-1130",
        "saoirse",
        "Killary Timber",
        "Route",
        96_000,
        "q0615 d0713 p0824 n0921 W0929",
        "0731",
        redates="0728:0831 0828:0930",
    ),
    deal(
        "D-1131",
        "saoirse",
        "Dundrum Diagnostics",
        "Sense",
        74_000,
        "q0622 d0727 p0831 n0923 W0930",
        "0814",
        redates="0813:0930",
    ),
    deal("D-1132", "saoirse", "Wexmoor Grain", "Route", 53_000, "q0706 d0810 p0907 n0924 W0930", "0930"),
    deal("D-1133", "saoirse", "Liffey Lane Hotels", "Sense", 22_000, "q0713 d0817 p0914 L0930", "0930"),
    deal("D-1134", "saoirse", "Athmore Steelworks", "Yard", 31_000, "q0720 d0818 L0925", "0930"),
    deal("D-1135", "saoirse", "Boyne Lane Optics", "Dock", 45_000, "q1015 d1104", "1221"),
)
LONDON: tuple[DealPlan, ...] = AMARA + CALLUM + PRIYA + SAOIRSE
