//! Meta's webhooks, signed and written out as whole HTTP requests before any clock starts.

use std::fmt::Write as _;
use std::ops::Range;

use hmac::{Hmac, KeyInit, Mac};
use recado_whatsapp::meta::SIGNATURE_HEADER;
use sha2::Sha256;

use crate::Result;
use crate::recado::Account;

/// Customers who write in turn.
pub const CUSTOMERS: usize = 2_000;

/// What every message id of a run begins with. Real ids are about as long.
const PREFIX: &str = "wamid.HBgNNDkxNTEyMzQ1Njc4OQIAEhgUM0E";

/// Requests one behind the other in memory.
#[derive(Debug)]
pub struct Webhooks {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Webhooks {
    /// One text message in each, numbered from 0; customers take turns. `now` is in Unix seconds.
    pub fn sign(account: &Account, count: usize, now: i64) -> Result<Self> {
        let mut webhooks = Self {
            bytes: Vec::with_capacity(count * 900),
            places: Vec::with_capacity(count),
        };
        let mac = Hmac::<Sha256>::new_from_slice(account.app_secret.as_bytes())?;
        let mut body = String::new();
        for number in 0..count {
            body.clear();
            write_body(&mut body, account, number, now)?;
            let mut mac = mac.clone();
            mac.update(body.as_bytes());
            let signature = hex::encode(mac.finalize().into_bytes());
            let start = webhooks.bytes.len();
            let head = format!(
                "POST {} HTTP/1.1\r\nhost: recado\r\nuser-agent: facebookexternalua\r\naccept: */*\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n{SIGNATURE_HEADER}: sha256={signature}\r\n\r\n",
                account.webhook_path,
                body.len()
            );
            webhooks.bytes.extend_from_slice(head.as_bytes());
            webhooks.bytes.extend_from_slice(body.as_bytes());
            webhooks.places.push(start..webhooks.bytes.len());
        }
        Ok(webhooks)
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn get(&self, number: usize) -> Option<&[u8]> {
        self.bytes.get(self.places.get(number)?.clone())
    }
}

/// The number of the message with this id, if it is one of ours.
pub fn number_of(message_id: &str) -> Option<usize> {
    usize::from_str_radix(message_id.strip_prefix(PREFIX)?, 16).ok()
}

/// The number of the message that a frame tells of. Looks for the id only: parsing all JSON of all frames would take
/// the machine from the server.
pub fn number_in(frame: &[u8]) -> Option<usize> {
    let start = memchr::memmem::find(frame, PREFIX.as_bytes())? + PREFIX.len();
    let digits = frame.get(start..start + 12)?;
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn write_body(body: &mut String, account: &Account, number: usize, now: i64) -> Result<()> {
    let customer = number % CUSTOMERS;
    let Account {
        waba_id,
        phone_number_id,
        ..
    } = account;
    write!(
        body,
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{waba_id}","changes":[{{"field":"messages","value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"15550001111","phone_number_id":"{phone_number_id}"}},"contacts":[{{"profile":{{"name":"Zo\u00eb {customer}"}},"wa_id":"49151{customer:08}"}}],"messages":[{{"from":"49151{customer:08}","id":"{PREFIX}{number:012X}","timestamp":"{now}","type":"text","text":{{"body":"Gr\u00fc\u00dfe, is the blue one still there? I would come by this afternoon. ({number})"}}}}]}}}}]}}]}}"#
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use recado_model::Inbound;
    use recado_whatsapp::meta::{parse, verify_signature};

    use super::*;

    fn account() -> Account {
        let text = |text: &str| text.to_owned();
        Account {
            api_key: text("wacrm_live_x"),
            webhook_path: text("/hooks/meta/x"),
            app_secret: text("recado-test-secret"),
            phone_number_id: text("555"),
            waba_id: text("102"),
        }
    }

    #[test]
    fn each_is_what_recado_takes_for_one_message_of_its_own() {
        let webhooks = Webhooks::sign(&account(), 3, 1_767_225_600).unwrap();
        assert_eq!(webhooks.len(), 3);
        assert!(webhooks.get(3).is_none());
        for number in 0..3 {
            let request = webhooks.get(number).unwrap();
            let mut headers = [httparse::EMPTY_HEADER; 16];
            let mut head = httparse::Request::new(&mut headers);
            let length = head.parse(request).unwrap().unwrap();
            let body = &request[length..];
            let header = |name: &str| {
                let header = head.headers.iter().find(|header| header.name == name).unwrap();
                header.value
            };
            assert_eq!(header("content-length"), body.len().to_string().as_bytes());
            assert!(verify_signature(
                "recado-test-secret",
                body,
                header(SIGNATURE_HEADER)
            ));
            let parsed = parse(body).unwrap();
            assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
            let [Inbound::Message(message)] = parsed.items.as_slice() else {
                panic!("{:?}", parsed.items);
            };
            assert_eq!(number_of(&message.provider_id), Some(number));
            assert_eq!(number_in(body), Some(number));
        }
    }

    #[test]
    fn what_others_sent_has_no_number() {
        assert_eq!(number_of("wamid.TEST1"), None);
        assert_eq!(number_in(br#"{"type":"hello","seq":1}"#), None);
        assert_eq!(number_in(PREFIX.as_bytes()), None);
    }
}
