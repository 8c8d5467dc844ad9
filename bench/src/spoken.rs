//! Lives as they are said over HTTP: every request ready to be sent, but for the ids that only the office can give.
//!
//! An order's id, that of its QR code, of the face check and of the submission come with answers; the SMS code is what the
//! lead reads off the phone. Everything else is put together beforehand, so that asking costs little.

use crate::{
    Failed,
    lives::{Life, Said},
    place::{OFFICE_SECRET, Staff, token},
    wire::{Answer, find},
};
use domain::{
    context::Role,
    desk::Command,
    order::{OrderCommand, Request},
    personal::in_the_open,
};
use serde_json::{Value, json};

/// A life over HTTP.
pub(crate) struct Spoken {
    /// What is asked, in order.
    pub(crate) asked: Vec<Asked>,
    /// The keyed digest of the mobile that the SMS code comes to.
    phone: String,
}

/// One request.
pub(crate) struct Asked {
    pieces: Vec<Piece>,
    status: u16,
    /// How many events it brings; `None`: it only looks something up, and does not count.
    pub(crate) brings: Option<usize>,
    learns: Option<(Given, Mark)>,
}

/// A piece of a request.
enum Piece {
    Text(Vec<u8>),
    Given(Given),
}

/// What only the office can give.
#[derive(Clone, Copy)]
enum Given {
    Order,
    Qr,
    Attempt,
    Submission,
    Code,
}

/// Where an id stands in an answer.
#[derive(Clone, Copy)]
enum Mark {
    After(&'static [u8]),
    Before(&'static [u8]),
}

/// How long the text of an id is.
const ID: usize = 36;
/// Stands for the code, and is as long.
const CODE: &str = "??????";
/// As little as passes for a PDF.
const FILE: &str = "%PDF-1.7\n";
const FRAME: &str = "bench-bench";

/// What the office has given in a life so far.
#[derive(Default)]
pub(crate) struct Known([Vec<u8>; 5]);

impl Known {
    /// What is as long as what would be given, for what does not look at it.
    pub(crate) fn anything() -> Self {
        let id = || vec![b'0'; ID];
        Self([id(), id(), id(), id(), CODE.into()])
    }

    fn of(&mut self, given: Given) -> &mut Vec<u8> {
        let [order, qr, attempt, submission, code] = &mut self.0;
        match given {
            Given::Order => order,
            Given::Qr => qr,
            Given::Attempt => attempt,
            Given::Submission => submission,
            Given::Code => code,
        }
    }
}

impl Spoken {
    /// The life with this number. The account is there already, and has a token.
    pub(crate) fn of(life: &Life, number: usize) -> Result<Self, Failed> {
        let orders = life.said.iter().filter_map(|said| match &said.command {
            Command::Order(asked) => Some((said, &**asked)),
            _ => None,
        });
        let mut speaker = Speaker {
            number,
            given: given(life),
            phone: String::new(),
        };
        let mut asked = Vec::new();
        for (place, (said, command)) in orders.enumerate() {
            speaker.say(said, command, place, &mut asked)?;
        }
        Ok(Self {
            asked,
            phone: speaker.phone,
        })
    }

    /// Takes what an answer gives.
    pub(crate) fn learn(
        &self,
        asked: &Asked,
        answer: &Answer<'_>,
        known: &mut Known,
    ) -> Result<(), Failed> {
        let told = || String::from_utf8_lossy(answer.body).into_owned();
        if answer.status != asked.status {
            let (came, expected) = (answer.status, asked.status);
            return Err(format!("expected {expected}, came {came}: {}", told()).into());
        }
        let Some((given, mark)) = asked.learns else {
            return Ok(());
        };
        let body = answer.body;
        let id = match mark {
            Mark::After(mark) => find(body, mark).map(|at| at + mark.len()),
            Mark::Before(mark) => find(body, mark).and_then(|at| at.checked_sub(ID)),
        };
        let id = id.and_then(|at| body.get(at..at + ID));
        let id = id.ok_or_else(|| format!("no id came: {}", told()))?;
        id.clone_into(known.of(given));
        if matches!(given, Given::Submission) {
            // As the office derives it: for the first sending of this submission's session to this phone.
            let submission = std::str::from_utf8(id)?;
            let code = OFFICE_SECRET.code(&["sms", submission, &self.phone, "0"]);
            *known.of(Given::Code) = code.into_bytes();
        }
        Ok(())
    }
}

impl Asked {
    /// Writes it as it is sent.
    pub(crate) fn write(&self, known: &mut Known, into: &mut Vec<u8>) {
        into.clear();
        for piece in &self.pieces {
            into.extend_from_slice(match piece {
                Piece::Text(text) => text,
                Piece::Given(given) => known.of(*given),
            });
        }
    }
}

/// The ids that were given when the life was played in memory, and what they are.
fn given(life: &Life) -> Vec<(String, Given)> {
    let mut all = vec![(CODE.to_owned(), Given::Code)];
    for said in &life.said {
        let Command::Order(asked) = &said.command else {
            continue;
        };
        all.push((asked.order.to_string(), Given::Order));
        match &asked.request {
            Request::ScanQr { qr, .. } => all.push((qr.to_string(), Given::Qr)),
            Request::ReportFaceCheck {
                attempt: Some(attempt),
                ..
            } => all.push((attempt.to_string(), Given::Attempt)),
            Request::RecordReceipt { submission } => {
                all.push((submission.to_string(), Given::Submission));
            }
            _ => {}
        }
    }
    all
}

/// Puts requests together.
struct Speaker {
    number: usize,
    given: Vec<(String, Given)>,
    phone: String,
}

impl Speaker {
    fn say(
        &mut self,
        said: &Said,
        command: &OrderCommand,
        place: usize,
        asked: &mut Vec<Asked>,
    ) -> Result<(), Failed> {
        let (order, number) = (command.order, self.number);
        let role = said.by.actor.role;
        let bearer = match role {
            Role::Lead => String::new(),
            Role::Applicant => format!("authorization: Bearer {}\r\n", token(&applicant(number))),
            role => {
                let staff = token(&Staff::of(role, number).name());
                format!("authorization: Bearer {staff}\r\n")
            }
        };
        let at = format!("/v1/orders/{order}");
        let body = in_the_open(serde_json::to_value(&command.request)?);
        let mut status = 200;
        let mut learns = None;
        let mut media_type = "application/json".to_owned();
        let (path, body) = match &command.request {
            Request::Open(_) => {
                status = 201;
                learns = Some((Given::Order, Mark::After(b"\"order\":\"")));
                let path = format!("/v1/accounts/{}/orders", command.account);
                (path, body.to_string())
            }
            Request::AttachMaterial { .. } => {
                status = 201;
                media_type = format!("multipart/form-data; boundary={FRAME}");
                (format!("{at}/materials"), form(&body["material"])?)
            }
            Request::ScanQr { qr, app_version } => {
                learns = Some((Given::Attempt, Mark::After(b"\"attempt\":\"")));
                let body = json!({"order": order, "qr": qr, "app_version": app_version});
                ("/v1/face-checks/scan".to_owned(), body.to_string())
            }
            Request::ConfirmPhoto { .. } => {
                let qr = self.given.iter().find(|(_, it)| matches!(it, Given::Qr));
                let qr = &qr.ok_or("somebody scans a QR code in each life")?.0;
                let body = json!({"order": order, "qr": qr});
                ("/v1/face-checks/confirm".to_owned(), body.to_string())
            }
            Request::EnterSmsCode { .. } => {
                let mut entry = body["entry"].clone();
                let mobile = entry["mobile"].as_str().ok_or("an entry has a mobile")?;
                self.phone = OFFICE_SECRET.digest("mobile", mobile);
                entry["code"] = CODE.into();
                ("/v1/sms-verifications".to_owned(), entry.to_string())
            }
            _ => (format!("{at}/commands"), body.to_string()),
        };
        if said.wrote.is_none() {
            status = 422;
        }
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\n{bearer}{}idempotency-key: {number}-{place}\r\n\
             content-type: {media_type}\r\ncontent-length: {}\r\n\r\n",
            from(number),
            body.len()
        );
        asked.push(Asked {
            pieces: self.pieces(&(head + &body)),
            status,
            brings: Some(said.wrote.unwrap_or_default()),
            learns,
        });
        // What stands on a screen, and nobody answers.
        let looks = match &command.request {
            Request::IssueQr { .. } => Some((Given::Qr, Mark::Before(b"\",\"scanned\""))),
            Request::Dispatch {} => Some((Given::Submission, Mark::After(b"\"submission\":\""))),
            _ => None,
        };
        if looks.is_some() {
            let get = format!("GET {at} HTTP/1.1\r\nhost: bench\r\n{bearer}\r\n");
            asked.push(Asked {
                pieces: self.pieces(&get),
                status: 200,
                brings: None,
                learns: looks,
            });
        }
        Ok(())
    }

    /// A request, taken apart where something is still to be given.
    fn pieces(&self, mut request: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let first = |request: &str| {
            let found = self.given.iter();
            let found = found.filter_map(|(text, given)| Some((request.find(text)?, text, *given)));
            found.min_by_key(|(at, ..)| *at)
        };
        while let Some((at, text, given)) = first(request) {
            let (before, rest) = request.split_at(at);
            pieces.push(Piece::Text(before.into()));
            pieces.push(Piece::Given(given));
            request = rest.strip_prefix(text.as_str()).unwrap_or_default();
        }
        pieces.push(Piece::Text(request.into()));
        pieces
    }
}

/// The name that the token of a life's applicant goes by.
pub(crate) fn applicant(number: usize) -> String {
    format!("applicant-{number}")
}

/// Each lead has a phone with an address of its own; the office throttles by it.
fn from(number: usize) -> String {
    let [_, high, middle, low] = u32::try_from(number).unwrap_or_default().to_be_bytes();
    format!("x-forwarded-for: 10.{high}.{middle}.{low}\r\n")
}

/// A material as an upload.
fn form(material: &Value) -> Result<String, Failed> {
    let part = |name: &str, more: &str, content: &str| {
        format!(
            "--{FRAME}\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n{content}\r\n"
        )
    };
    let kind = material["kind"].as_str().ok_or("a material is of a kind")?;
    let side = material["side"].as_str();
    let side = side.map_or_else(String::new, |side| part("side", "", side));
    let file = part("file", "; filename=\"scan.pdf\"", FILE);
    Ok(format!(
        "{}{side}{file}--{FRAME}--\r\n",
        part("kind", "", kind)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lives::Lives;

    #[tokio::test]
    async fn requests_are_as_long_as_they_say_and_two_of_twenty_are_refused() {
        let life = Lives::read().unwrap().live(7).await.unwrap();
        let spoken = Spoken::of(&life, 7).unwrap();
        let (mut known, mut request) = (Known::anything(), Vec::new());
        for asked in &spoken.asked {
            asked.write(&mut known, &mut request);
            let end = find(&request, b"\r\n\r\n").unwrap() + 4;
            let head = std::str::from_utf8(&request[..end]).unwrap();
            let length = head.split("content-length: ").nth(1);
            let length = length.map_or(0, |rest| rest.lines().next().unwrap().parse().unwrap());
            assert_eq!(request.len() - end, length, "{head}");
        }
        let commands = spoken.asked.iter().filter(|asked| asked.brings.is_some());
        let refused = commands.clone().filter(|asked| asked.status == 422);
        assert_eq!((commands.count(), refused.count()), (20, 2));
    }
}
