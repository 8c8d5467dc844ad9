//! What a service offers.

use super::{Form, Nature, Problem, Text, ValueError, listed::listed};

listed! {
    /// The content of a website or an App (服务内容; SVC-2, APP-6), chosen from the catalogue. The guide leaves the
    /// catalogue to a linked page; these are the categories of the common kinds of App, and those of plain websites.
    ContentCategory {
        UnitPortal = "unit_portal", "单位门户网站", "a unit's own site";
        PersonalBlog = "personal_blog", "博客/个人空间", "blog or personal space";
        GeneralPortal = "general_portal", "综合门户", "general portal";
        Government = "government", "政务服务", "government services";
        Search = "search", "搜索引擎", "search engine";
        News = "news", "新闻资讯", "news";
        InstantMessaging = "instant_messaging", "即时通信", "instant messaging";
        Community = "community", "网络社区", "online community";
        LiveStreaming = "live_streaming", "网络直播", "live streaming";
        AudioVideo = "audio_video", "在线影音", "audio and video";
        ShortVideo = "short_video", "短视频", "short video";
        Games = "games", "网络游戏", "online games";
        Books = "books", "电子图书", "electronic books";
        Shopping = "shopping", "网上购物", "online shopping";
        FoodDelivery = "food_delivery", "餐饮外卖", "food delivery";
        Courier = "courier", "快递配送", "courier services";
        RideHailing = "ride_hailing", "网络约车", "ride hailing";
        CarServices = "car_services", "用车服务", "car services";
        UsedCars = "used_cars", "二手车交易", "used cars";
        Ticketing = "ticketing", "交通票务", "travel tickets";
        Shows = "shows", "演出票务", "show tickets";
        Travel = "travel", "旅游服务", "travel services";
        Hotels = "hotels", "酒店服务", "hotels";
        Maps = "maps", "地图导航", "maps and navigation";
        LocalLife = "local_life", "本地生活", "local life";
        Housing = "housing", "房屋租售", "housing";
        Jobs = "jobs", "求职招聘", "jobs";
        Dating = "dating", "婚恋相亲", "dating";
        Education = "education", "学习教育", "education";
        Medical = "medical", "问诊挂号", "medical consultation and booking";
        Fitness = "fitness", "运动健身", "fitness";
        Lending = "lending", "网络借贷", "online lending";
        Investment = "investment", "投资理财", "investment";
        Banking = "banking", "手机银行", "mobile banking";
        MailAndStorage = "mail_and_storage", "邮箱云盘", "mail and cloud storage";
        Meetings = "meetings", "远程会议", "remote meetings";
        Browser = "browser", "浏览器", "browser";
        InputMethod = "input_method", "输入法", "input method";
        Security = "security", "安全管理", "device security";
        AppStore = "app_store", "应用商店", "app store";
        Photography = "photography", "拍摄美化", "photography";
        Tools = "tools", "实用工具", "tools";
        Other = "other", "其他", "other";
    }
}

impl ContentCategory {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("服务内容", "content category"),
        expected: Text::new(
            "服务内容分类目录中的一项，如tools",
            "an entry of the catalogue, such as tools or 实用工具",
        ),
        cure: Text::new(
            "请选择实际提供的服务内容；目录中没有的选“其他”",
            "choose what the service really offers; other if it is not listed",
        ),
    };

    /// Reads it: the code or the Chinese name.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let unknown = || match raw {
            "" => Self::FORM.refuse(Problem::Missing),
            _ => Self::FORM.refuse(Problem::Says(Text::new(
                "目录中没有这项服务内容",
                "there is no such entry in the catalogue",
            ))),
        };
        Self::named(raw).ok_or_else(unknown)
    }

    /// Whether a principal of this nature may offer it (SVC-2, APP-6). Units may offer anything their licence covers,
    /// which a reviewer judges; individuals nothing that is a trade, a unit's business or a licensed one.
    pub const fn suits(self, nature: Nature) -> bool {
        !nature.is_individual()
            || matches!(
                self,
                Self::PersonalBlog | Self::Fitness | Self::Photography | Self::Tools | Self::Other
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::listed::tests::is_a_proper_list;

    #[test]
    fn is_a_catalogue() {
        is_a_proper_list(
            ContentCategory::ALL,
            ContentCategory::code,
            ContentCategory::zh,
            ContentCategory::en,
        );
        assert_eq!(
            ContentCategory::parse("").unwrap_err().problem(),
            Problem::Missing
        );
        assert!(
            ContentCategory::parse("算命")
                .unwrap_err()
                .en()
                .contains("no such entry")
        );
    }

    #[test]
    fn individuals_offer_nothing_that_is_a_business() {
        let personal: Vec<_> = ContentCategory::ALL
            .iter()
            .filter(|category| category.suits(Nature::Individual))
            .map(|category| category.code())
            .collect();
        assert_eq!(
            personal,
            ["personal_blog", "fitness", "photography", "tools", "other"]
        );
        for nature in Nature::ALL.iter().filter(|nature| !nature.is_individual()) {
            assert!(
                ContentCategory::ALL
                    .iter()
                    .all(|category| category.suits(*nature))
            );
        }
    }
}
