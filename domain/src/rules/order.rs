//! ORD, AGR, LED-21, BUR: the order itself (sections 10, 12 and 15).

use super::{
    Card, EDITABLE, Hint, Rule, ShownAt,
    matter::{Edit, Submission},
};
use crate::{
    context::{Channel, Role},
    order::{Agreement, lifecycle::StageName},
};
use std::collections::BTreeSet;

/// A change to a field that may be locked.
#[derive(Clone, Debug)]
pub struct FieldChange {
    /// JSON pointer to the field.
    pub pointer: String,
    /// It differs from what was fixed.
    pub differs: bool,
}

/// Nature and document type are locked; the values that the type check was made for are as well.
pub const LOCKED: Rule<FieldChange> = Rule {
    card: Card::office(
        "ORD-20",
        "§8 s3.2",
        "ORD_FIELD_LOCKED",
        "Principal nature, document type and the values fixed by the type check cannot be edited in an order.",
        "主办单位性质、证件类型及验证备案类型时填写的内容不支持修改。",
    )
    .cure("Abandon the order and start again.", "请放弃备案后重新创建订单。"),
    find: |change, flaws| flaws.unless(!change.differs, &change.pointer),
};

/// Product verification comes before the forms.
pub const PRODUCT_FIRST: Rule<bool> = Rule {
    card: Card::office(
        "TYP-20",
        "§3 s3.1",
        "TYP_PRODUCT_NOT_VERIFIED",
        "Product verification must succeed before the form opens.",
        "产品验证通过后才能填写信息。",
    )
    .cure(
        "Verify the product of this service first.",
        "请先完成产品验证。",
    ),
    find: |verified, flaws| flaws.unless(*verified, "/services"),
};

/// The two texts of the first click.
pub const TWO_TICKS: Rule<BTreeSet<Agreement>> = Rule {
    card: Card::office(
        "AGR-1",
        "§1.1 s2.5, AMB-15",
        "AGR_NOT_TICKED",
        "Before the first “submit” click the user ticks the Information Security Commitment and the Assisted-Modification Service Terms.",
        "首次点击“提交初审”前须勾选《信息安全承诺书》和《协助修改备案在线服务条款》。",
    )
    .cure("Tick both texts.", "请勾选以上两项。"),
    find: |ticked, flaws| {
        for text in [Agreement::InformationSecurityCommitment, Agreement::AssistedModificationTerms] {
            flaws.unless(ticked.contains(&text), "/ticks");
        }
    },
};

/// The three texts of the real submission.
pub const THREE_TICKS: Rule<Submission> = Rule {
    card: Card::office(
        "AGR-2",
        "§1.1 s4, §3 s5",
        "AGR_NOT_TICKED",
        "Before the real submission the user ticks three texts: Information Security Commitment, Assisted-Modification Terms, Filing Commitment.",
        "提交初审前须勾选《信息安全承诺书》《协助修改备案在线服务条款》和《互联网信息服务备案承诺书》。",
    )
    .cure("Tick all three texts.", "请勾选以上三项。"),
    find: |submission, flaws| {
        let all = [Agreement::InformationSecurityCommitment, Agreement::AssistedModificationTerms, Agreement::FilingCommitment];
        for text in all.into_iter().filter(|text| !submission.ticks.contains(text)) {
            flaws.at("/ticks").fact("missing", serde_json::to_value(text).unwrap_or_default());
        }
    },
};

/// Every step is done.
pub const ALL_STEPS: Rule<Submission> = Rule {
    card: Card::office(
        "ORD-3",
        "Fig 3-5, §3",
        "ORD_STEP_INCOMPLETE",
        "The form has five steps in this order: principal, internet information, materials, authenticity verification, preview and submit.",
        "备案流程依次为：主体信息、互联网信息、上传资料、真实性核验、预览与提交。",
    )
    .cure("Fill in the step.", "请补充填写该步骤。"),
    find: |submission, flaws| {
        flaws.unless(submission.principal.is_some(), "/principal");
        if submission.about.is_services() && submission.services.is_empty() {
            flaws.at("/services");
        }
        for (key, _) in submission.services.iter().filter(|(_, service)| service.form.is_none()) {
            flaws.at(format!("/services/{key}/form"));
        }
    },
};

/// What was asked for is handled before the order goes back.
pub const FINDINGS_HANDLED: Rule<Submission> = Rule {
    card: Card::office(
        "ORD-16",
        "§8, AMB-35",
        "ORD_FINDING_OPEN",
        "Every item that the reviewer flagged is changed or answered before the order is submitted to provider review.",
        "提交接入商审核前，审核意见中的每一项均须修改或答复。",
    )
    .cure("Change the field or material, or answer the finding.", "请修改对应内容，或答复该项意见。"),
    find: |submission, flaws| {
        if submission.from == StageName::NeedsInfo {
            for finding in submission.findings.iter().filter(|finding| !finding.handled) {
                flaws.at(finding.finding.pointer.as_str());
            }
        }
    },
};

/// FST-3 lets a filing be started in the App; what was submitted once is changed on the PC.
pub const ON_THE_PC: Rule<Edit> = Rule {
    card: Card::office(
        "ORD-19",
        "§8 s3.2, AMB-66",
        "ORD_EDIT_ON_PC_ONLY",
        "The PC edits principal, internet information and materials of an order that was submitted before; the App edits verification data.",
        "已提交过的订单，主体信息、互联网信息和资料在PC端修改，真实性核验信息在APP端修改。",
    )
    .cure("Continue on the PC.", "请在PC端继续修改。"),
    find: |edit, flaws| {
        let in_app = edit.channel == Channel::App && edit.rounds > 0;
        flaws.unless(!(edit.is_of_the_form() && in_app), "");
    },
};

/// What stands there is looked at before it is changed. A form that is filled in for the first time opens as it is.
pub const PREVIEW_FIRST: Hint = Hint {
    card: Card::shown(
        "ORD-18",
        "§8 s3",
        "Editing opens the preview page; an icon on it switches to edit mode.",
        "修改订单时打开“预览资料”页面，单击页面上的图标进入编辑模式。",
    ),
    at: ShownAt::Status,
    stages: EDITABLE,
    applies: |order, actor| actor.role == Role::Applicant && order.principal.is_some(),
};

macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $section:literal, $en:literal, $zh:literal;)*) => {
        $($(#[$doc])* pub const $name: Card = Card::shape($id, $section, $en, $zh);)*
        /// Every rule of this file that holds by the shape of the lifecycle.
        pub const SHAPES: &[&Card] = &[$(&$name),*];
    };
}
shapes! {
    /// ORD-1.
    STARTS_AS_DRAFT = "ORD-1", "§8", "An order starts as a draft.", "订单从“待完善备案信息”开始。";
    /// ORD-4.
    ALL_AT_ONCE = "ORD-4", "§3 s5", "Submit requires valid fields, all required materials, authenticity verification and the ticks; everything missing is listed at once.", "提交须满足全部要求，缺失项一次列明。";
    /// ORD-5.
    NOT_WHILE_REVIEWED = "ORD-5", "§8", "While a human or the bureau is reviewing, the applicant cannot edit.", "审核期间不能修改。";
    /// ORD-6.
    DRAFT_IS_EDITED = "ORD-6", "§8", "A draft is edited directly through “continue filing”.", "待完善的订单可直接“继续备案”进行修改。";
    /// ORD-7.
    WITHDRAW_FIRST = "ORD-7", "§8", "Withdrawal is for an order that was submitted and is not yet at the bureau; such an order is edited only after withdrawal.", "撤销适用于已提交但未到管局的订单；此类订单须先撤销才能修改。";
    /// ORD-8.
    NOTHING_LOST = "ORD-8", "§8", "Withdrawal returns the order to draft with all data, materials and the confirmed photo kept.", "撤销后回到待完善状态，数据、资料和核验照均保留。";
    /// ORD-9.
    NO_WITHDRAWAL_AT_BUREAU = "ORD-9", "§8", "An order at the bureau cannot be withdrawn.", "管局审核中的订单不能撤销。";
    /// ORD-10.
    NO_EDIT_AT_BUREAU = "ORD-10", "§8", "An order at the bureau cannot be edited.", "管局审核中的订单不能修改。";
    /// ORD-11.
    NO_RECALL_OF_CANCELLATION = "ORD-11", "§1.6 Fig 1-33", "A principal cancellation cannot be recalled once it has gone to the bureau.", "注销主体的申请提交管局后不能撤回。";
    /// ORD-12.
    REJECTION_SAYS_WHY = "ORD-12", "T3-3", "A rejected order shows the reason beside its state.", "初审驳回的订单在状态栏显示驳回原因。";
    /// ORD-15.
    OPINION_SHOWN = "ORD-15", "T3-3, §8", "An order that needs information shows the reviewer's opinion beside its state.", "待完善资料的订单在状态栏显示审核意见。";
    /// ORD-13.
    REJECTED_IS_EDITED = "ORD-13", "T3-3, §8", "A rejected order is edited through “continue filing” and resubmitted to initial review.", "初审驳回的订单可继续备案，修改后重新提交初审。";
    /// ORD-14.
    BUREAU_REJECTED_IS_EDITED = "ORD-14", "§8", "A bureau-rejected order is edited the same way as a rejected one.", "管局驳回的订单按初审驳回的方式修改。";
    /// ORD-17.
    RESUBMITTED = "ORD-17", "T3-3", "Submitting from needs-info sets 已修改待审核.", "待完善订单提交后状态为“已修改待审核”。";
    /// ORD-21.
    ABANDON_FREES = "ORD-21", "§8 s3.2", "Abandon deletes the order and frees its locks; a new order may start at once.", "放弃备案后订单删除、占用释放，可立即新建订单。";
    /// ORD-22.
    ABANDON_NOT_IN_REVIEW = "ORD-22", "§1.3", "Abandon applies to orders not in review.", "审核中的订单不能放弃，须先撤销。";
    /// ORD-23.
    OWNER_ONLY = "ORD-23", "§8", "Only the account owner withdraws or abandons.", "仅账号所有者可撤销或放弃。";
    /// ORD-25.
    CHANGE_AFTER_COMPLETION = "ORD-25", "§8", "After completion data changes only through a change filing.", "备案完成后须通过变更备案修改信息。";
    /// ORD-27.
    TERMINAL = "ORD-27", "decision", "Completed, abandoned, claimed and transferred orders accept no command.", "已结束的订单不再接受任何操作。";
    /// ORD-29.
    EXACTLY_ONCE = "ORD-29", "decision", "Completion writes its effects exactly once, even if the bureau's result is delivered twice.", "备案完成的效果只发生一次，重复的管局结果不会重复生效。";
    /// BUR-1.
    AFTER_SMS = "BUR-1", "§9 s4, §3", "Bureau review starts only after SMS verification is complete.", "短信核验完成后才进入管局审核。";
    /// BUR-3.
    APPROVAL_COMPLETES = "BUR-3", "§3", "Approval completes the order.", "管局审核通过即完成备案。";
    /// BUR-7.
    REJECTION_IS_EDITABLE = "BUR-7", "§8", "A bureau rejection is editable by the applicant and goes through initial review again.", "管局驳回后可修改，并重新经过初审。";
    /// AGR-6.
    TICKS_KEPT = "AGR-6", "decision", "Every tick is stored with text version, account and time.", "每次勾选均记录文本版本、账号和时间。";
    /// ACC-2.
    LOGGED_IN = "ACC-2", "§1–8 s1", "Every entry point uses a logged-in provider account.", "所有操作均须登录账号。";
}
