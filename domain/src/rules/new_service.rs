//! NSV: what is particular to a new service of a filed principal (section 16.3).

use super::{Card, EDITABLE, Hint, ShownAt, completion::has_website};

/// Elsewhere.
pub const PRINCIPAL_ELSEWHERE: Card = Card::shape(
    "NSV-1",
    "§6",
    "New service, filed elsewhere: the principal is filed with another provider; the domain or App is unfiled and will be a new website or App.",
    "新增互联网信息服务（主体在其他接入商备案）：域名或APP未备案，作为新的网站或APP备案。",
);

/// Here.
pub const PRINCIPAL_HERE: Card = Card::shape(
    "NSV-2",
    "§7",
    "New service, filed here: the principal is filed here; the domain or App is unfiled and will be a new website or App.",
    "新增互联网信息服务（主体在本接入商备案）：域名或APP未备案，作为新的网站或APP备案。",
);

/// What runs goes on.
pub const OTHERS_GO_ON: Hint = Hint {
    card: Card::shown(
        "NSV-3",
        "§6, §7",
        "Filing a new service does not affect access to the services already filed.",
        "新增互联网信息服务不影响已备案服务的访问。",
    ),
    at: ShownAt::Services,
    stages: EDITABLE,
    applies: |_, _| true,
};

/// DNS-1 is what is judged; this is what the applicant is told while there is still time.
pub const STOP_RESOLUTION: Hint = Hint {
    card: Card::shown(
        "NSV-4",
        "T6-1, §7 s2.2",
        "Stop the resolution of a new website's domain before filing; a domain that still resolves may be rejected at initial review.",
        "新增网站备案前请停止域名解析；仍在解析的域名可能被初审驳回。",
    ),
    at: ShownAt::Services,
    stages: EDITABLE,
    applies: |order, _| has_website(order),
};

/// TYP-18 judges it at opening, ORD-20 in the form.
pub const FIXED_HERE: Card = Card::shape(
    "NSV-5",
    "§7 s2.3",
    "In a new service filed here region, nature and document type of the principal are fixed; its documents may be replaced.",
    "主体已在本接入商备案的，地域、主办单位性质和证件类型不支持修改，可重新上传证件。",
);

/// What the form will ask for.
pub const AT_HAND: Hint = Hint {
    card: Card::shown(
        "NSV-6",
        "§6, §7 prerequisites",
        "Before you file a new service, have at hand: the number of the principal's document, an elastic IP, and the domain or App name; where the principal is filed here, its filing number as well.",
        "新增互联网信息服务前请准备：主体证件号码、弹性公网IP、域名或APP名称；主体已在本接入商备案的，还需主体备案号。",
    ),
    at: ShownAt::Services,
    stages: EDITABLE,
    applies: |_, _| true,
};

/// An old filing comes first.
pub const CLAIMED_BEFORE: Card = Card::shape(
    "NSV-7",
    "§1.4, §6 s2.3",
    "A filing from before the system's upgrade is claimed before a new service is filed.",
    "系统升级前的备案须先认领，再新增互联网信息服务。",
);

/// What the group says.
pub const CARDS: &[&Card] = &[
    &PRINCIPAL_ELSEWHERE,
    &PRINCIPAL_HERE,
    &OTHERS_GO_ON.card,
    &STOP_RESOLUTION.card,
    &FIXED_HERE,
    &AT_HAND.card,
    &CLAIMED_BEFORE,
];
