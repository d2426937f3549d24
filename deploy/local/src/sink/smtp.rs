//! A mail server that takes everything and delivers nothing (RFC 5321, as much as a sender needs).

use std::{net::Ipv4Addr, time::Duration};

use anyhow::{Context, Result};
use mail_parser::MessageParser;
use mailbox::{clock::Clocks, ids::Ids};
use smtp_proto::{
    Error, Request,
    request::receiver::{DataReceiver, RequestReceiver},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

use super::store::{Kind, Message, Store};

const LARGEST_MAIL: usize = 1024 * 1024;
const SILENCE: Duration = Duration::from_secs(60);

/// Takes mail on `port` until `stop`.
///
/// # Errors
/// When the port cannot be bound.
pub async fn receive(port: u16, store: Store, ids: Ids, stop: CancellationToken) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.with_context(|| format!("the mail sink cannot listen on port {port}"))?;
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else { continue };
            let session = Session { store: store.clone(), ids: ids.clone(), from: None, to: Vec::new(), data: None };
            let stop = stop.clone();
            tokio::spawn(async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    _ = session.converse(stream) => {}
                }
            });
        }
    });
    Ok(())
}

/// One connection.
struct Session {
    store: Store,
    ids: Ids,
    from: Option<String>,
    to: Vec<String>,
    /// Set between DATA and the dot that ends it.
    data: Option<(DataReceiver, Vec<u8>)>,
}

enum Answer {
    Line(String),
    Goodbye,
}

impl Session {
    async fn converse(mut self, mut stream: TcpStream) -> Result<()> {
        stream.write_all(b"220 wutong local mail sink\r\n").await?;
        let mut commands = RequestReceiver::default();
        let mut buffer = vec![0; 8192];
        loop {
            let read = tokio::time::timeout(SILENCE, stream.read(&mut buffer)).await??;
            if read == 0 {
                return Ok(());
            }
            let mut bytes = buffer[..read].iter();
            while !bytes.as_slice().is_empty() {
                let answer = if self.data.is_some() {
                    self.take_data(&mut bytes)
                } else {
                    match commands.ingest(&mut bytes) {
                        Ok(request) => Some(self.obey(request)),
                        Err(Error::NeedsMoreData { .. }) => None,
                        Err(fault) => Some(Answer::Line(misunderstood(&fault))),
                    }
                };
                match answer {
                    Some(Answer::Line(line)) => stream.write_all(format!("{line}\r\n").as_bytes()).await?,
                    Some(Answer::Goodbye) => return Ok(stream.write_all(b"221 goodbye\r\n").await?),
                    None => {}
                }
            }
        }
    }

    fn obey<T: AsRef<str>>(&mut self, request: Request<T>) -> Answer {
        #[expect(clippy::wildcard_enum_match_arm, reason = "every extension that is not announced is refused alike")]
        let line = match request {
            Request::Ehlo { .. } => {
                format!("250-wutong\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {LARGEST_MAIL}")
            }
            Request::Helo { .. } => "250 wutong".to_owned(),
            Request::Mail { from } => {
                self.from = Some(from.address.as_ref().to_owned());
                self.to.clear();
                "250 sender taken".to_owned()
            }
            Request::Rcpt { to } if self.from.is_some() => {
                self.to.push(to.address.as_ref().to_owned());
                "250 recipient taken".to_owned()
            }
            Request::Data if !self.to.is_empty() => {
                self.data = Some((DataReceiver::new(), Vec::new()));
                "354 end with a dot on a line of its own".to_owned()
            }
            Request::Rcpt { .. } | Request::Data => "503 say MAIL FROM and RCPT TO first".to_owned(),
            Request::Rset => {
                self.forget();
                "250 forgotten".to_owned()
            }
            Request::Noop { .. } => "250 fine".to_owned(),
            Request::Quit => return Answer::Goodbye,
            other => format!("502 {} is not offered here", other.name()),
        };
        Answer::Line(line)
    }

    fn take_data(&mut self, bytes: &mut std::slice::Iter<'_, u8>) -> Option<Answer> {
        let (receiver, mail) = self.data.as_mut()?;
        if !receiver.ingest(bytes, mail) {
            // A mail that is too long is read to its end and thrown away, so that the sender can read why.
            if mail.len() > LARGEST_MAIL {
                mail.truncate(LARGEST_MAIL + 1);
            }
            return None;
        }
        let (_, mail) = self.data.take()?;
        let line = if mail.len() > LARGEST_MAIL {
            format!("552 a mail has at most {LARGEST_MAIL} bytes here")
        } else {
            match self.store.take(self.message(&mail)) {
                Ok(_) => "250 taken".to_owned(),
                Err(_) => "452 cannot be stored now".to_owned(),
            }
        };
        self.forget();
        Some(Answer::Line(line))
    }

    fn message(&self, mail: &[u8]) -> Message {
        let parsed = MessageParser::default().parse(mail);
        let at = Clocks::running().system.now();
        let id = parsed.as_ref().and_then(|parsed| parsed.message_id().map(str::to_owned));
        Message {
            kind: Kind::Mail,
            id: id.unwrap_or_else(|| self.ids.uuid(at).to_string()),
            receipt: self.ids.code(12),
            at,
            to: self.to.clone(),
            from: self.from.clone().unwrap_or_default(),
            subject: parsed.as_ref().and_then(|parsed| parsed.subject()).unwrap_or_default().to_owned(),
            text: parsed
                .as_ref()
                .and_then(|parsed| parsed.body_text(0))
                .map_or_else(|| String::from_utf8_lossy(mail).into_owned(), |text| text.trim_end().to_owned()),
        }
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
        self.data = None;
    }
}

fn misunderstood(fault: &Error) -> String {
    #[expect(clippy::wildcard_enum_match_arm, reason = "everything else is a fault of syntax")]
    match fault {
        Error::UnknownCommand => "500 unknown command".to_owned(),
        Error::ResponseTooLong => "500 line too long".to_owned(),
        Error::InvalidSenderAddress | Error::InvalidRecipientAddress => "553 this is no address".to_owned(),
        Error::UnsupportedParameter { .. } | Error::InvalidParameter { .. } => {
            "555 this parameter is not known".to_owned()
        }
        _ => "501 not understood".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, BufReader};

    use super::*;

    async fn talk(lines: &[&str]) -> (Vec<String>, Store, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("messages.jsonl")).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        receive(port, store.clone(), Ids::seeded(1), CancellationToken::new()).await.unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let (read, mut write) = stream.split();
        let mut answers = BufReader::new(read).lines();
        let mut heard = vec![answers.next_line().await.unwrap().unwrap()];
        for line in lines {
            write.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
            if !line.contains("\r\n.") || line.ends_with("\r\n.") {
                heard.push(answers.next_line().await.unwrap().unwrap());
            }
        }
        (heard, store, folder)
    }

    #[tokio::test]
    async fn a_mail_arrives_with_its_subject_and_text_decoded() {
        let mail = "Subject: =?utf-8?B?5Yqe57uT?=\r\nMessage-ID: <m1@wutong>\r\nContent-Type: text/plain; charset=utf-8\r\n\
                    Content-Transfer-Encoding: base64\r\n\r\n5L2g5aW9\r\n.";
        let (heard, store, _folder) =
            talk(&["HELO tester", "MAIL FROM:<a@wutong.test>", "RCPT TO:<b@wutong.test>", "DATA", mail, "QUIT"]).await;
        assert_eq!(
            heard.iter().map(|line| &line[..3]).collect::<Vec<_>>(),
            ["220", "250", "250", "250", "354", "250", "221"]
        );
        let message = store.all().remove(0);
        assert_eq!((message.subject.as_str(), message.text.as_str()), ("办结", "你好"));
        assert_eq!((message.id.as_str(), message.to), ("m1@wutong", vec!["b@wutong.test".to_owned()]));
    }

    #[tokio::test]
    async fn nonsense_is_answered_and_taken_by_nobody() {
        let (heard, store, _folder) =
            talk(&["DATA", "GET / HTTP/1.1", "STARTTLS", "MAIL FROM:<a@wutong.test>", "DATA"]).await;
        assert_eq!(heard.iter().map(|line| &line[..3]).collect::<Vec<_>>(), ["220", "503", "500", "502", "250", "503"]);
        assert!(store.all().is_empty());
    }
}
