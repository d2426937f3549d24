//! A code is sent to the applicant.

use contracts::{
    notification::{Ask, Person, message},
    topics,
};
use mailbox::{Mailbox, Message};
use serde::Serialize;
use serde_json::json;
use time::{Duration, OffsetDateTime};
use utoipa::ToSchema;
use workdays::CITY;

use super::{
    AN_HOUR, Consents, HOLDS, TRIES,
    act::{Act, Verb},
    agree::Asks,
    codes, letters,
    store::{self, Book, Kept, NewRow},
    until_committed,
};
use crate::http::Problem;

/// What the applicant reads of the thing that an act is about. In Chinese, as all messages to applicants are.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The item or theme, never a name that somebody typed.
    pub item: &'a str,
    /// What of it, such as a department's code; empty where the act says it all.
    pub detail: &'a str,
    /// Case number or project code; empty where there is none yet.
    pub number: &'a str,
}

impl Shown<'_> {
    pub(super) fn act(&self, verb: Verb) -> String {
        let label = verb.label().zh;
        if self.detail.is_empty() { label } else { format!("{label}({})", self.detail) }
    }
}

/// A code is on its way. What it is, is the applicant's alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CodeSent {
    /// The telephone, masked.
    sent_to: String,
    /// For what it is good, and for nothing else.
    act: &'static str,
    #[serde(with = "crate::http::instant")]
    expires_at: OffsetDateTime,
    /// How often it may be tried.
    tries: i32,
}

impl Consents {
    /// Sends a code for an act to the telephone that counts for its case.
    ///
    /// # Errors
    /// No telephone counts; three codes were sent within the hour; the database.
    pub async fn send_code(
        &self,
        mailbox: &Mailbox,
        asks: &Asks,
        act: &Act,
        shown: &Shown<'_>,
    ) -> Result<CodeSent, Problem> {
        self.send(mailbox, asks, act, shown, None).await
    }

    /// Sends a code to a telephone that is to count for what will be filed: `act` is of [`Consents::filing`].
    ///
    /// # Errors
    /// Three codes went there within the hour; the database.
    pub(super) async fn send_filing_code(
        &self,
        mailbox: &Mailbox,
        asks: &Asks,
        act: &Act,
        (phone, shown): (&str, &Shown<'_>),
    ) -> Result<CodeSent, Problem> {
        self.send(mailbox, asks, act, shown, Some(phone)).await
    }

    async fn send(
        &self,
        mailbox: &Mailbox,
        asks: &Asks,
        act: &Act,
        shown: &Shown<'_>,
        phone: Option<&str>,
    ) -> Result<CodeSent, Problem> {
        until_committed(mailbox, async || {
            let now = mailbox.clocks().system.now();
            let mut book = store::book(mailbox.db(), act.case, now).await?;
            let proved = book.phone.as_ref().map(|proved| proved.phone.clone());
            let phone = phone.map(str::to_owned).or(proved).ok_or_else(|| Problem::new(&codes::PHONE_UNPROVED))?;
            within_the_hour(&book, now)?;
            let code = format!("{:06}", u64::from_be_bytes(mailbox.ids().bytes()) % 1_000_000);
            let row = Kept {
                id: mailbox.new_id(),
                act: act.clone(),
                digest: None,
                tries: 0,
                paper: None,
                asked_by: asks.by.actor().to_owned(),
                countersigned_by: None,
                made_at: now,
                expires_at: now + HOLDS,
                used_at: None,
            };
            let digest = self.seal(row.id, act, &code);
            let request = Ask::new("N19", act.case, &format!("code/{}", letters(row.id)))
                .case_number(shown.number)
                .variable("item", shown.item)
                .variable("act", shown.act(act.verb))
                .variable("m", HOLDS.whole_minutes())
                .code(&code, row.expires_at);
            let person = Person { id: asks.applicant.clone(), phone: phone.clone(), ..Person::default() };
            let at = mailbox.clocks().business.now();
            let request = request.to(&person, at);
            let blank = message::blank(&request);
            let told = Message::secret(
                topics::NOTIFICATION_REQUESTS,
                message::key(&request),
                (&request, &blank),
                row.expires_at,
            );
            let body = json!({ "consent": row.id, "case": act.case, "act": act.verb.name(), "about": act.about });
            let mut changes = mailbox.changes();
            changes.record(&mut book.stem, asks.by.fact("code_sent", at, body), vec![told]);
            let sent = CodeSent {
                sent_to: ids::mask::phone(&phone),
                act: act.verb.name(),
                expires_at: row.expires_at.to_offset(CITY),
                tries: TRIES,
            };
            changes.put(NewRow(Kept { digest: Some(digest), ..row }));
            Ok((changes, sent))
        })
        .await
    }
}

/// Three an hour, whatever they are for.
fn within_the_hour(book: &Book, now: OffsetDateTime) -> Result<(), Problem> {
    let begun = now - Duration::HOUR;
    let sent: Vec<OffsetDateTime> =
        book.rows.iter().filter(|row| row.digest.is_some() && row.made_at > begun).map(|row| row.made_at).collect();
    match sent.last() {
        Some(oldest) if sent.len() >= AN_HOUR => {
            let wait = (*oldest + Duration::HOUR - now).whole_seconds().max(0);
            Err(Problem::new(&codes::CODES_TOO_MANY).retry_after(u64::try_from(wait).unwrap_or(0) + 1))
        }
        Some(_) | None => Ok(()),
    }
}
