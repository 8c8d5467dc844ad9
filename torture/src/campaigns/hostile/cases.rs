//! Cases: a request to one of the addresses, sound at first, and then with something in it that should not be there.

use super::{
    drafts::{Draft, bad_segment, escaped, in_headers, in_method},
    endpoints::{Brings, Endpoint},
    forms, frames,
    line::Then,
    words::{self, Corpus, one_of},
};
use crate::chance::Chance;
use serde_json::Value;
use std::sync::{Mutex, PoisonError};

/// The address that most is asked of.
const COMMANDS: &str = "/v1/orders/{order}/commands";

/// What the cases are made of, and about.
pub(super) struct World {
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) corpus: Corpus,
    /// Of a caller of each role; the first one is an applicant's.
    pub(super) tokens: Vec<String>,
    /// Which of them are heard at each of the addresses, as far as is known.
    pub(super) heard: Vec<Vec<usize>>,
    /// What stands in addresses: accounts.
    pub(super) accounts: Vec<String>,
    /// A document that opens an order.
    pub(super) opens: Value,
    /// Orders that were opened, to be addressed.
    pub(super) orders: Mutex<Vec<String>>,
}

/// Something to say.
pub(super) struct Case {
    /// The number under which it was drawn.
    pub(super) number: u64,
    /// The address and the method, as they are described.
    pub(super) about: String,
    pub(super) bytes: Vec<u8>,
    /// Whether it is HTTP, so that it is the office that answers.
    pub(super) is_sound: bool,
    pub(super) is_head: bool,
    pub(super) then: Then,
}

impl World {
    /// The case of a number. Every address has its turn; those that take more than an address get more of them.
    pub(super) fn case(&self, number: u64, chance: &mut Chance) -> Case {
        let which = self.turn(number, chance);
        let endpoint = &self.endpoints[which];
        let mut draft = self.sound(endpoint, number, chance);
        if let Some(heard) = self.heard.get(which).filter(|heard| !heard.is_empty())
            && chance.below(10) > 0
        {
            let token = &self.tokens[*one_of(heard, chance)];
            draft.set("authorization", format!("Bearer {token}"));
        }
        let mut case = Case {
            number,
            about: format!("{} {}", endpoint.method, endpoint.path),
            bytes: Vec::new(),
            is_sound: true,
            is_head: false,
            then: Then::Listen,
        };
        match chance.below(20) {
            // As it should be: what is right in itself may still come at the wrong time, or from the wrong side.
            0 => {}
            1..=3 => self.in_address(endpoint, &mut draft, chance),
            4..=6 => in_headers(&mut draft, chance),
            7 => in_method(&mut draft, chance),
            8..=10 => {
                case.is_sound = false;
                (case.bytes, case.then) = frames::broken(&draft, chance);
                return case;
            }
            11 => {
                self.in_address(endpoint, &mut draft, chance);
                in_headers(&mut draft, chance);
                self.in_body(endpoint, &mut draft, chance);
            }
            _ => self.in_body(endpoint, &mut draft, chance),
        }
        draft.is_chunked = !draft.body.is_empty() && chance.below(8) == 0;
        case.is_head = draft.method == "HEAD";
        case.bytes = draft.bytes();
        case.then = match chance.below(40) {
            0 => Then::HalfClose,
            1 => Then::Vanish,
            _ => Then::Listen,
        };
        if case.then == Then::Vanish && chance.below(2) == 0 {
            let told = usize::try_from(chance.below(case.bytes.len() as u64)).unwrap_or_default();
            case.bytes.truncate(told);
        }
        case
    }

    fn turn(&self, number: u64, chance: &mut Chance) -> usize {
        let all = self.endpoints.iter().enumerate();
        let turns: Vec<usize> = match number % 4 {
            2 => all
                .filter(|(_, endpoint)| endpoint.path == COMMANDS)
                .map(|(at, _)| at)
                .collect(),
            3 => all
                .filter(|(_, endpoint)| endpoint.brings != Brings::Nothing)
                .map(|(at, _)| at)
                .collect(),
            _ => {
                vec![usize::try_from(number / 2 % self.endpoints.len() as u64).unwrap_or_default()]
            }
        };
        *one_of(&turns, chance)
    }

    /// A request as it should be.
    pub(super) fn sound(&self, endpoint: &Endpoint, number: u64, chance: &mut Chance) -> Draft {
        let mut draft = Draft {
            method: endpoint.method.clone(),
            target: Self::address(endpoint, chance, |name, chance| self.good(name, chance)),
            ..Draft::default()
        };
        // Everybody comes from somewhere else, or the office would answer nothing but that it is asked too often.
        let from = chance.draw().to_be_bytes();
        draft.set(
            "x-forwarded-for",
            format!("10.{}.{}.{}", from[0], from[1], from[2]),
        );
        let token = match chance.below(10) {
            0..=4 => &self.tokens[0],
            _ => one_of(&self.tokens, chance),
        };
        draft.set("authorization", format!("Bearer {token}"));
        if endpoint.method != "GET" {
            draft.set("idempotency-key", format!("hostile-{number}"));
        }
        match &endpoint.brings {
            Brings::Nothing => {}
            Brings::Document(example) => {
                draft.set("content-type", "application/json");
                draft.body = self
                    .document(endpoint, example, chance)
                    .to_string()
                    .into_bytes();
            }
            Brings::Form => {
                let form = forms::sound(&self.corpus, chance);
                draft.set("content-type", forms::Form::content_type());
                draft.body = form.bytes();
            }
        }
        draft
    }

    fn document<'w>(
        &'w self,
        endpoint: &Endpoint,
        example: &'w Value,
        chance: &mut Chance,
    ) -> &'w Value {
        match endpoint.path.as_str() {
            COMMANDS => one_of(&self.corpus.commands, chance),
            "/v1/accounts/{account}/orders" if chance.below(4) > 0 => &self.opens,
            _ => example,
        }
    }

    fn in_body(&self, endpoint: &Endpoint, draft: &mut Draft, chance: &mut Chance) {
        match &endpoint.brings {
            Brings::Document(example) => {
                draft.body = words::damaged(self.document(endpoint, example, chance), chance);
            }
            Brings::Form => {
                let (content_type, body) = forms::damaged(&self.corpus, chance);
                draft.set("content-type", content_type);
                draft.body = body;
            }
            // Nobody asked for it.
            Brings::Nothing => {
                draft.set("content-type", "application/json");
                draft.body = words::damaged(&self.opens, chance);
            }
        }
    }

    fn in_address(&self, endpoint: &Endpoint, draft: &mut Draft, chance: &mut Chance) {
        if chance.below(3) > 0 && endpoint.path.contains('{') {
            draft.target = Self::address(endpoint, chance, |name, chance| {
                if chance.below(4) == 0 {
                    self.good(name, chance)
                } else {
                    bad_segment(chance)
                }
            });
        }
        let mut pairs = Vec::new();
        for _ in 0..chance.below(4) {
            let name = match endpoint.query.as_slice() {
                [] => "after",
                names if chance.below(5) > 0 => one_of(names, chance).as_str(),
                _ => "colour",
            };
            let numbers = [
                "-1",
                "0",
                "1",
                "9007199254740993",
                "18446744073709551616",
                "1:2",
            ];
            let value = match chance.below(3) {
                0 => (*one_of(&numbers, chance)).to_owned(),
                1 => bad_segment(chance),
                _ => escaped(&words::text(chance)),
            };
            // Everybody who waits for what will not come waits for five seconds.
            if name != "wait_for" || chance.below(50) == 0 || value.parse::<u64>().is_err() {
                pairs.push(format!("{name}={value}"));
            }
        }
        if !pairs.is_empty() {
            draft.target = format!("{}?{}", draft.target, pairs.join("&"));
        }
    }

    fn address(
        endpoint: &Endpoint,
        chance: &mut Chance,
        mut fill: impl FnMut(&str, &mut Chance) -> String,
    ) -> String {
        let segments = endpoint.path.split('/').map(|segment| {
            let name = segment
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'));
            name.map_or_else(|| segment.to_owned(), |name| fill(name, chance))
        });
        segments.collect::<Vec<_>>().join("/")
    }

    fn good(&self, name: &str, chance: &mut Chance) -> String {
        match name {
            "account" if chance.below(4) > 0 => self.accounts[0].clone(),
            "account" => one_of(&self.accounts, chance).clone(),
            "order" => {
                let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
                let recent = orders.len().saturating_sub(8);
                one_of(&orders[recent..], chance).clone()
            }
            "format" => "xlsx".to_owned(),
            "kind" => "app_icon".to_owned(),
            "copy" => "sample".to_owned(),
            "id" => "SUB-1".to_owned(),
            "ticket" => "1".to_owned(),
            // Of materials, documents, leads, tokens: nobody has them.
            _ => format!(
                "0193{:04x}-0000-7000-8000-{:012x}",
                chance.below(65_536),
                chance.below(4)
            ),
        }
    }
}
