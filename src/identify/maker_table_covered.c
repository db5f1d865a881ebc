#include "maker_table.h"

#include "base/macro.h"

/* Makers and operators that public programmes name, and the bodies that own them. */

static const struct cp_maker_entry entries[] = {
    {.name = "sasac",
     .names = "state-owned assets supervision and administration commission|"
              "国务院国有资产监督管理委员会|国资委",
     .country = "CN"},
    {.name = "cetc",
     .names = "china electronics technology group|"
              "china electronics technology group corporation|中国电子科技集团|"
              "中国电科",
     .owners = "sasac",
     .country = "CN"},
    {.name = "cict",
     .names = "china information communication technologies group|"
              "china information and communication technologies group|"
              "中国信息通信科技集团|中国信科",
     .owners = "sasac",
     .country = "CN"},
    {.name = "zhongxingxin",
     .names = "zhongxingxin telecom|zhongxingxin telecommunications equipment|中兴新",
     .country = "CN"},
    {.name = "china-huaxin",
     .names = "china huaxin post and telecom|"
              "china huaxin post and telecommunication economy development center|"
              "中国华信邮电",
     .country = "CN"},
    {.name = "citic",
     .names = "citic group|citic group corporation|中信集团|中国中信集团",
     .country = "CN"},
    {.name = "unigroup",
     .names = "tsinghua unigroup|new unigroup|新紫光集团|紫光集团",
     .country = "CN"},
    {.name = "legend-holdings", .names = "legend holdings|联想控股", .country = "CN"},
    {.name = "huawei",
     .names = "huawei technologies|huawei technologies co., ltd|"
              "huawei technologies co.,ltd.|huawei technologies co. ltd|"
              "huawei technologies co. ltd.|huawei technologies co ltd|"
              "huawei technologies co|huawei technologies ltd|huawei tech|"
              "huawei tech. co., ltd.|huawei tech co., ltd|화웨이|한국화웨이|"
              "화웨이 테크놀로지스|华为|華為|华为技术有限公司|"
              "華為技術有限公司|华为技术|ファーウェイ|хуавей",
     .registry = "HUAWEI Technology Co.,Ltd|HUAWEI TECHNOLOGIES CO.,LTD|"
                 "Huawei Technologies Co., Ltd.",
     .software = "vrp|huawei versatile routing platform|versatile routing platform|"
                 "yunshan os|yunshan|imaster nce|imaster|u2000|harmonyos|euleros",
     .country = "CN",
     .pens = {2011}},
    {.name = "hisilicon",
     .names = "hisilicon technologies|hisilicon technologies co., ltd|"
              "hisilicon technologies co., ltd.|hisilicon (shanghai) technologies|"
              "하이실리콘|海思|海思半导体|海思半導體",
     .affiliate_of = "huawei",
     .country = "CN"},
    {.name = "huawei-marine",
     .names = "huawei marine|huawei marine networks|huawei marine networks co., ltd|"
              "huawei marine networks co., ltd.|华为海洋|화웨이마린",
     .affiliate_of = "huawei",
     .country = "CN"},
    {.name = "huawei-device",
     .names = "huawei device|huawei device co., ltd|华为终端",
     .registry = "Huawei Device Co., Ltd.",
     .affiliate_of = "huawei",
     .country = "CN"},
    {.name = "huawei-symantec",
     .names = "huawei symantec|huawei symantec technologies",
     .registry = "Huawei Symantec Technologies Co.,Ltd|"
                 "Huawei Symantec Technologies Co.,Ltd.",
     .affiliate_of = "huawei",
     .country = "CN",
     .pens = {34774}},
    {.name = "futurewei",
     .names = "futurewei technologies|futurewei technologies, inc.",
     .affiliate_of = "huawei",
     .country = "US"},
    {.name = "hmn-tech",
     .names = "hmn tech|hmn technologies|hmn technologies co., limited|华海通信",
     .owners = "hengtong",
     .country = "CN"},
    {.name = "hengtong",
     .names = "hengtong optic-electric|亨通|亨通光电|hengtong group|"
              "jiangsu hengtong|江苏亨通光电",
     .registry = "Jiangsu Hengtong Photoelectric Stock Co., Ltd",
     .country = "CN",
     .pens = {33716}},
    {.name = "zte",
     .names = "zte corp|zte corp.|zhongxing telecommunication equipment|zhongxing|"
              "中兴|中興|中兴通讯|中興通訊|중싱|중싱통신|"
              "중흥통신|ztesoft|中兴通讯股份有限公司",
     .registry = "Zhongxing Telecom Co.,ltd. (abbr. ZTE)|zte corporation",
     .software = "zxros|zxr10|rosng|netnumen|zenic",
     .owners = "zhongxingxin",
     .country = "CN",
     .pens = {3902}},
    {.name = "sanechips",
     .names = "sanechips technology|zte microelectronics|中兴微电子",
     .affiliate_of = "zte",
     .country = "CN"},
    {.name = "zte-kangxun",
     .names = "zte kangxun|zte kangxun telecom|shenzhen zte kangxun telecom",
     .affiliate_of = "zte",
     .country = "CN"},
    {.name = "nubia",
     .names = "nubia technology|努比亚",
     .registry = "Nubia Technology Co.,Ltd.",
     .affiliate_of = "zte",
     .country = "CN"},
    {.name = "hytera",
     .names = "hytera communications|hytera communications corporation|海能达|"
              "海能達|하이테라|hytera us",
     .registry = "Hytera Communications Co.,Ltd.|Hytera Broadband Products|"
                 "Hytera Austria GmbH|Hytera Communications Co .,ltd|"
                 "Hytera Communications Corporation Limited",
     .country = "CN",
     .pens = {40297, 46055, 58597}},
    {.name = "sepura",
     .names = "sepura ltd",
     .registry = "Sepura plc",
     .affiliate_of = "hytera",
     .country = "GB",
     .pens = {46904}},
    {.name = "norsat",
     .names = "norsat international|sinclair technologies",
     .registry = "Norsat International Inc.|"
                 "Sinclair Technologies, a division of Norsat International Inc.",
     .affiliate_of = "hytera",
     .country = "CA",
     .pens = {40560, 53115}},
    {.name = "hikvision",
     .names = "hangzhou hikvision|hangzhou hikvision digital technology|"
              "hangzhou hikvision digital technology co., ltd.|"
              "hikvision digital technology|海康威视|海康威視|하이크비전|"
              "hikvision usa|hik vision",
     .registry = "Hikvision Digital Technology Co., Ltd.|"
                 "Hangzhou Hikvision Digital Technology Co.,Ltd.",
     .owners = "cetc",
     .country = "CN",
     .pens = {39165}},
    {.name = "ezviz",
     .names = "ezviz network|hangzhou ezviz|萤石|萤石网络",
     .registry = "Hangzhou Ezviz Software Co.,Ltd.",
     .affiliate_of = "hikvision",
     .country = "CN"},
    {.name = "hikmicro",
     .names = "hikmicro sensing|hangzhou microimage|海康微影",
     .affiliate_of = "hikvision",
     .country = "CN"},
    {.name = "hikrobot",
     .names = "hangzhou hikrobot|海康机器人",
     .registry = "Hangzhou Hikrobot Technology Co., Ltd.",
     .affiliate_of = "hikvision",
     .country = "CN"},
    {.name = "dahua",
     .names = "dahua technology|dahua technology company|zhejiang dahua technology|"
              "大华|大華|大华股份|다후아|dahua technology co., ltd|"
              "dahua technology usa|浙江大华",
     .registry = "ZHEJIANG DAHUA TECHNOLOGY CO.,LTD|Zhejiang Dahua Technology Co., Ltd.",
     .country = "CN",
     .pens = {37496}},
    {.name = "imou",
     .names = "hangzhou huacheng network technology|imou life|乐橙",
     .registry = "hangzhou huacheng network technology co., ltd",
     .affiliate_of = "dahua",
     .country = "CN"},
    {.name = "uniview",
     .names = "zhejiang uniview technologies|uniview technologies|宇视|宇视科技",
     .registry = "Zhejiang Uniview Technologies Co., Ltd.|Uniview Europe B.V.|"
                 "Zhejiang Uniview Technologies Co.,Ltd.",
     .country = "CN",
     .pens = {39747, 54999}},
    {.name = "tiandy",
     .names = "tiandy technologies|天地伟业",
     .registry = "Tiandy Technologies CO.,LTD",
     .country = "CN",
     .pens = {60913}},
    {.name = "kaspersky",
     .names = "kaspersky lab|ao kaspersky lab|kaspersky lab, inc.|"
              "лаборатория касперского|касперский|"
              "카스퍼스키|卡巴斯基",
     .registry = "Kaspersky Lab ZAO",
     .country = "RU",
     .pens = {23668}},
    {.name = "dji",
     .names = "sz dji technology|sz dji technology co., ltd.|shenzhen dji|"
              "da-jiang innovations|大疆|大疆创新",
     .registry = "SZ DJI TECHNOLOGY CO.,LTD",
     .country = "CN"},
    {.name = "autel-robotics",
     .names = "autel robotics|autel robotics co., ltd.|道通智能",
     .country = "CN"},
    {.name = "quectel",
     .names = "quectel wireless solutions|移远通信|移远",
     .registry = "Quectel Wireless Solutions Co., Ltd.|Quectel Wireless Solutions Co.,Ltd.",
     .country = "CN",
     .pens = {58809}},
    {.name = "fibocom",
     .names = "fibocom wireless|广和通",
     .registry = "Fibocom Wireless Inc.|Fibocom Auto Inc.",
     .country = "CN"},
    {.name = "honor-device",
     .names = "honor device|荣耀终端",
     .registry = "Honor Device Co., Ltd.",
     .country = "CN"},
    {.name = "china-mobile",
     .names = "china mobile|china mobile communications|china mobile international|"
              "china mobile international usa|china mobile international (usa) inc.|"
              "中国移动|中国移动通信",
     .registry = "Research Institute of China Mobile|China Mobile International Limited|"
                 "China Mobile Hong Kong Company Limited|China Mobile IoT Company Limited|"
                 "China Mobile Group Device Co.,Ltd.|"
                 "China Mobile (Hangzhou) Information Technology Co., Ltd.|"
                 "China Mobile Iot Limited company|"
                 "China Mobile (Hangzhou) Information Technology Co.,Ltd.|"
                 "China Mobile(Hangzhou) Information Technology Co.,Ltd.",
     .owners = "sasac",
     .country = "CN",
     .pens = {28357, 45064, 56278, 58942}},
    {.name = "china-telecom",
     .names = "china telecom (americas)|china telecom (americas) corp.|"
              "china telecom americas|chinanet|中国电信",
     .registry = "China Telecom|China Telecom-Guangzhou Research and Development Center|"
                 "China Telecom Global Limited|China Telecom Cloud",
     .owners = "sasac",
     .country = "CN",
     .pens = {20236, 20942, 49625, 55228, 60616}},
    {.name = "china-unicom",
     .names = "china unicom|china unicom (americas)|"
              "china unicom (americas) operations limited|"
              "china united network communications|中国联通",
     .registry = "CUSI(China unicom system integration limited corporation)",
     .owners = "sasac",
     .country = "CN",
     .pens = {34161}},
    {.name = "citic-telecom",
     .names = "citic telecom international|citic telecom cpc|中信国际电讯",
     .registry = "CITIC Telecom 1616 Limited",
     .owners = "citic",
     .country = "HK",
     .pens = {21321}},
    {.name = "pacific-networks",
     .names = "pacific networks|pacific networks corp|pacific networks corp.",
     .owners = "citic-telecom",
     .country = "US"},
    {.name = "comnet-usa",
     .names = "comnet (usa) llc|comnet usa",
     .affiliate_of = "pacific-networks",
     .country = "US"},
    {.name = "digitalsystem-technology",
     .names = "digitalsystem technology|digitalsystem technology inc|"
              "digitalsystem technology inc."},
    {.name = "fiberhome",
     .names = "fiberhome technologies|fiberhome telecommunication technologies|"
              "fiberhome networks|wuhan fiberhome|烽火|烽火通信|烽火通訊|"
              "파이버홈|fiberhome telecommunication|"
              "wuhan fiberhome international technologies|烽火通信科技",
     .registry = "China Advanced Info-Optical Network (CAINONET)|"
                 "Wuhan Research Institute of Posts and Telecommunications|"
                 "Fiberhome Telecommunication Technologies Co.,LTD|"
                 "Wuhan FiberHome International Technologies Co., LTD|"
                 "Beijing FiberHome Mobile Technologies Co.,Ltd|"
                 "Wuhan FiberHome Digital Technology Co.,Ltd.",
     .owners = "cict",
     .country = "CN",
     .pens = {3807, 5875, 11408, 22508, 48155}},
    {.name = "accelink",
     .names = "accelink technologies|光迅|光迅科技",
     .registry = "Accelink Technologies Co.,Ltd|Accelink Technologies Co.,Ltd.",
     .owners = "cict",
     .country = "CN",
     .pens = {28318}},
    {.name = "datang",
     .names = "datang telecom|datang mobile|大唐|大唐移动|大唐电信|"
              "datang telecom technology|大唐电信科技",
     .registry = "Datang Telecom Technology CO., LTD|Datang Radio Communication Branch|"
                 "Datang Mobile Communications Equipment CO.,LTD|"
                 "Datang Telecom communication terminal (Tianjin) Co., Ltd.|"
                 "Datang Telecom Technology CO. , LCD,Optical Communication Br",
     .owners = "cict",
     .country = "CN",
     .pens = {5105, 5254, 10816}},
    {.name = "comba",
     .names = "comba telecom|京信|京信通信|comba telecom systems|comba network",
     .registry = "Comba Telecom System(Guang Zhou) Ltd.|Comba Telecom Systems (China) Ltd.",
     .country = "CN",
     .pens = {17518}},
    {.name = "inspur",
     .names = "inspur group|inspur electronic information|浪潮|浪潮信息",
     .registry = "Inspur Group Co.,Ltd.|"
                 "Inspur(BeiJing) Electronic Information Industry Co.,Ltd|"
                 "Inspur-Cisco Networking Technology Co., Ltd.|Inspur Group Co., Ltd.|"
                 "Inspur Electronic Information Industry Co.,Ltd.|"
                 "Inspur (Shandong) Electronic Information Co., Ltd|"
                 "Inspur Communication Technology Co.,Ltd.",
     .country = "CN",
     .pens = {37945, 48512, 48797}},
    {.name = "sugon",
     .names = "dawning information industry|sugon information|中科曙光|曙光",
     .registry = "Dawning Information Industry Co.,Ltd",
     .country = "CN"},
    {.name = "lenovo",
     .names = "lenovo group|联想|聯想|레노버|lenovo enterprise",
     .registry = "Lenovo Enterprise Business Group|"
                 "Lenovo Mobile Communication Technology Ltd.|Lenovo|"
                 "Lenovo Mobile Communication (Wuhan) Company Limited|"
                 "LENOVO(BEIJING)CO., LTD.|Lenovo (Beijing) Co., Ltd.|"
                 "Lenovo (Beijing) Limited.",
     .software = "cnos",
     .owners = "legend-holdings",
     .country = "HK",
     .pens = {19046}},
    {.name = "motorola-mobility",
     .names = "motorola mobility|motorola mobility llc",
     .registry = "Motorola Mobility LLC, a Lenovo Company",
     .affiliate_of = "lenovo",
     .country = "US"},
};

const struct cp_maker_group cp_makers_of_covered = {entries, CP_COUNT(entries)};
