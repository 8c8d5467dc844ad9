//! The read models against the ledger: each is folded once more and compared row by row.

use super::Check;
use crate::{failure::Failure, office::Office};
use domain::told::Told;
use ledger::LedgerError;
use projections::{Difference, Name, ReadError, ReadModels, Wrong};
use serde::Serialize;

/// What became of one read model.
#[derive(Debug, Serialize)]
pub(super) struct Compared {
    name: &'static str,
    /// How many rows were compared; none if it could not be.
    rows: Option<u64>,
    /// Why it could not be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<Told>,
}

impl Compared {
    /// In a sentence.
    pub(super) fn told(&self) -> Told {
        let name = self.name;
        match (&self.left_out, self.rows) {
            (Some(why), _) => Told::new(
                format!("视图{name}未核对：{}", why.zh),
                format!("The read model {name} was not compared: {}", why.en),
            ),
            (None, rows) => {
                let rows = rows.unwrap_or(0);
                Told::new(
                    format!("视图{name}已核对{rows}行。"),
                    format!("The read model {name}: {rows} rows compared."),
                )
            }
        }
    }
}

impl Check {
    /// Compares every read model. One that is not there, or is just being folded, is no difference: it can be folded again.
    pub(super) async fn read_models(&mut self, office: &Office, url: &str) -> Result<(), Failure> {
        let models = match ReadModels::open(url, &office.ledger).await {
            Ok(models) => models,
            Err(error) => {
                for name in Name::ALL {
                    self.not_compared(name, &error);
                }
                return Ok(());
            }
        };
        for name in Name::ALL {
            match models.verify(name).await {
                Ok(verified) => {
                    for difference in &verified.differences {
                        self.row(name, verified.at.position, difference);
                    }
                    let untold = verified
                        .different
                        .saturating_sub(verified.differences.len() as u64);
                    if untold > 0 {
                        self.differs(
                            "read_model",
                            verified.at.position,
                            format!("视图{name}另有{untold}行不同。"),
                            format!("{untold} more rows of the read model {name} differ."),
                        );
                    }
                    self.compared.push(Compared {
                        name: name.as_str(),
                        rows: Some(verified.rows),
                        left_out: None,
                    });
                }
                Err(ReadError::Ledger(error @ LedgerError::Unavailable { .. })) => {
                    models.close().await;
                    return Err(error.into());
                }
                // Its rows are there and cannot be trusted.
                Err(error @ ReadError::Corrupt(_)) => {
                    let position = self.position;
                    self.differs(
                        "read_model",
                        position,
                        format!("视图{name}已损坏，请重建：{error}。"),
                        format!("The read model {name}: {error}."),
                    );
                    self.not_compared(name, &error);
                }
                Err(error) => self.not_compared(name, &error),
            }
        }
        models.close().await;
        Ok(())
    }

    fn not_compared(&mut self, name: Name, error: &ReadError) {
        let zh = match error {
            ReadError::Rebuilding { .. } => "尚未建立，或正在重建；办公系统会自行完成。".to_owned(),
            other => format!("无法读取（{other}）。"),
        };
        self.compared.push(Compared {
            name: name.as_str(),
            rows: None,
            left_out: Some(Told::new(zh, format!("{error}."))),
        });
    }

    fn row(&mut self, name: Name, position: u64, difference: &Difference) {
        let Difference {
            subject,
            line,
            wrong,
        } = difference;
        let (zh, en) = match wrong {
            Wrong::Missing => ("缺失", "is missing"),
            Wrong::Extra => ("不应存在", "should not be there"),
            Wrong::Other => ("内容不同", "says something else than the ledger"),
        };
        self.differs(
            "read_model",
            position,
            format!("视图{name}中{subject}的行（{line}）{zh}；可用beian rebuild重建。"),
            format!("In the read model {name} the row of {subject} ({line}) {en}; `beian rebuild` folds it anew."),
        );
    }
}
