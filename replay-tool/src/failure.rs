//! Why there is no answer: one sentence, and an exit code that a script can use.

use domain::told::Told;
use ledger::{KeyError, LedgerError, NoKey};
use std::{io, process::ExitCode};

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was given is no id.
    Usage(Told),
    /// There is no such thing in the ledger.
    NotFound(Told),
    /// The ledger or a key cannot be read.
    Unreadable(Told),
    /// What was printed could not be written.
    Output(io::Error),
}

impl Failure {
    /// What was expected, what came, what to do.
    pub(crate) fn told(&self) -> Told {
        match self {
            Self::Usage(told) | Self::NotFound(told) | Self::Unreadable(told) => told.clone(),
            Self::Output(error) => Told::new(
                format!("无法输出结果：{error}；请检查输出目标后重试。"),
                format!(
                    "the answer could not be written: {error}; check where the output goes and try again"
                ),
            ),
        }
    }

    /// The exit code; see `--help`.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) => 2,
            Self::NotFound(_) => 3,
            Self::Unreadable(_) | Self::Output(_) => 4,
        })
    }
}

impl From<NoKey> for Failure {
    fn from(error: NoKey) -> Self {
        let zh = match &error {
            NoKey::File { path, why } => format!("无法读取密钥文件{}：{why}", path.display()),
            NoKey::Form { path } => format!(
                "密钥文件{}不是64位十六进制数字，请从保险处恢复",
                path.display()
            ),
            NoKey::Open { path } => {
                format!("密钥文件{}可被他人读取，请执行chmod 600", path.display())
            }
        };
        Self::Unreadable(Told::new(
            format!("{zh}；用--key-file或BEIAN_KEY_FILE指定办公系统使用的密钥。"),
            format!("{error}; name the key the office uses with --key-file or BEIAN_KEY_FILE"),
        ))
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        let (zh, en) = match &error {
            LedgerError::Unavailable { why, .. } => (
                format!("账本无法读取：{why}；请检查--ledger（或BEIAN_LEDGER）及数据库是否可达"),
                format!(
                    "the ledger cannot be read: {why}; check --ledger (or BEIAN_LEDGER) and that the database can be reached"
                ),
            ),
            LedgerError::Address { given, .. } => (
                format!(
                    "“{given}”不是账本地址；应为sqlite://<路径>或postgres://<用户>@<主机>/<数据库>"
                ),
                error.to_string(),
            ),
            LedgerError::Schema(why) => (format!("账本版本与本程序不符：{why}"), why.clone()),
            LedgerError::Key(KeyError::NotLoaded { .. }) => (
                "密钥不是这个账本的密钥；请用--key-file指定办公系统使用的密钥".to_owned(),
                format!("{error}: name the key the office uses with --key-file"),
            ),
            LedgerError::UnknownEvent(_) => (
                format!("账本中有本程序不认识的事件，请使用更新的版本：{error}"),
                error.to_string(),
            ),
            LedgerError::Corrupt(why) => (
                format!("账本已损坏：{why}；请运行replay-tool verify查明范围"),
                format!("the ledger is damaged: {why}; run `replay-tool verify` to see how far"),
            ),
            other => (format!("账本无法读取：{other}"), other.to_string()),
        };
        let told = Told::new(format!("{zh}。"), en);
        match error {
            LedgerError::Beyond { .. } => Self::NotFound(told),
            _ => Self::Unreadable(told),
        }
    }
}
