//! What a webhook's body turned out to hold.

use recado_model::{Inbound, Problem, ProblemKind};

use crate::json::cut;

/// How many problems of one body are told one by one.
pub const MAX_PROBLEMS: usize = 100;

/// The longest detail of a problem, in characters.
const MAX_DETAIL: usize = 512;

/// A body, read as far as it could be. Both lists can be empty: providers send such bodies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// In the order of the body.
    pub items: Vec<Inbound>,
    /// What was left aside; at most [`MAX_PROBLEMS`] and one that says how many more there were.
    pub problems: Vec<Problem>,
    left_out: usize,
}

impl Parsed {
    pub(crate) fn problem(&mut self, what: ProblemKind, detail: impl Into<String>, number: Option<&str>) {
        if self.problems.len() < MAX_PROBLEMS {
            let (detail, number) = (cut(detail.into(), MAX_DETAIL), number.map(str::to_owned));
            self.problems.push(Problem { what, detail, number });
        } else {
            self.left_out += 1;
        }
    }

    pub(crate) fn finish(mut self) -> Self {
        if self.left_out > 0 {
            let detail = format!("and {} more problems", self.left_out);
            self.problems.push(Problem {
                what: ProblemKind::UnknownShape,
                detail,
                number: None,
            });
        }
        self
    }
}

/// Nothing of a body could be read. The text of the error says why, for an admin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUnderstood {
    #[error("not JSON: {0}")]
    NotJson(String),
    #[error("not a webhook of WhatsApp: {0}")]
    NotWhatsapp(String),
}
