//! Nothing is set aside in silence: whoever said it is told, once, with a measure, and of what becomes of it.

use std::{cell::Cell, sync::Arc};

use contracts::{
    event::{Attributes, header},
    schema::Event,
    task::v1::{Acknowledged, Decided, ParkedStanding, ReplyNoted, ReplyParked},
    time::timestamp,
};
use mailbox::{
    Mailbox, Message, Stem,
    parking::{self, Filter, Mend, Parked},
};
use testkit::{Bus, Database, Kit, MORNING, Raw, Sent, Staff, Street, clocks, until};
use uuid::Uuid;

use crate::{
    consumers::heard,
    desk::{Answered, TABLES, fact},
    owner::assigned,
    parkings::by,
};

/// An owner of a process, and a department that answers it.
struct Hall<'a> {
    bus: &'a Bus,
    database: Database,
    owner: Mailbox,
    street: Street,
    handler: Arc<Answered>,
    staff: Option<Staff>,
    told: Cell<i64>,
}

impl<'a> Hall<'a> {
    async fn open(kit: &'a Kit) -> Self {
        let (street, ground) = (kit.street(1).await, kit.ground().await);
        let (bus, database) = (ground.bus().await, ground.database(&TABLES).await);
        let owner = database.mailbox(Street::OWNER, clocks(), 1);
        let handler = Arc::new(Answered::default());
        let mut hall = Self { bus, database, owner, street, handler, staff: None, told: Cell::new(0) };
        hall.begin();
        hall
    }

    fn begin(&mut self) {
        let staff = Staff::of(&self.owner).relay(self.bus.config());
        let member = self.bus.member(&format!("{}-of-{}", Street::OWNER, self.street.department));
        self.staff = Some(staff.consumer(member, &[&self.street.replies()], self.handler.clone()));
    }

    /// A case of which the department was told.
    async fn case(&self) -> Uuid {
        let case = self.owner.new_id();
        let (mut changes, mut stem) = (self.owner.changes(), Stem::new(case, "case"));
        let message = Message::new(self.street.tasks(), case, &assigned(case, 1));
        changes.record(&mut stem, fact(&self.owner, "assigned"), vec![message]);
        self.owner.commit(changes).await.unwrap();
        self.told.set(self.told.get() + 1);
        case
    }

    fn said(&self, case: Uuid, sequence: i64) -> Raw {
        let said = Acknowledged {
            task_id: Uuid::from_u128(5).to_string(),
            round: 1,
            case_id: case.to_string(),
            acknowledged_at: timestamp(MORNING),
        };
        Raw::of(&case.to_string(), &self.attributes(case, sequence, Acknowledged::kind()), &said)
    }

    fn decided(&self, case: Uuid, sequence: i64) -> Raw {
        let said = Decided { case_id: case.to_string(), round: 1, ..Decided::default() };
        Raw::of(&case.to_string(), &self.attributes(case, sequence, Decided::kind()), &said)
    }

    fn attributes(&self, case: Uuid, sequence: i64, kind: String) -> Attributes {
        Attributes {
            id: self.owner.new_id(),
            kind,
            source: self.street.principal(),
            time: MORNING,
            subject: case.to_string(),
            sequence,
            trace_parent: None,
        }
    }

    /// The department says something, and it is heard.
    async fn say(&self, records: impl IntoIterator<Item = Raw>) {
        self.bus.send(&self.street.replies(), records).await;
        heard(self.bus, &self.database, &self.street.replies()).await;
        self.database.published().await;
    }

    /// What the department was told since this was asked last, in order.
    async fn told(&self) -> Vec<Sent> {
        let all = self.bus.read(&self.street.tasks()).await;
        let new = all.iter().filter(|sent| sent.offset >= self.told.get()).cloned().collect();
        self.told.set(all.len() as i64);
        new
    }

    async fn parked(&self) -> Vec<Parked> {
        let mut parked = parking::list(self.owner.db(), &Filter { limit: 200, ..Filter::default() }).await.unwrap();
        parked.sort_by_key(|parked| parked.offset);
        parked
    }

    /// As much of the past as nobody waits for in a story.
    async fn passes(&self, interval: &str) {
        let text = format!(
            "with parked as (update parked set told_at = told_at - interval '{interval}')
             update told_senders set minute = minute - interval '{interval}'"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&self.database.superuser()).await.unwrap();
    }

    /// Nobody listens until it begins again.
    async fn pause(&mut self) {
        self.staff.take().unwrap().stop().await;
    }

    async fn close(mut self) {
        self.pause().await;
    }
}

fn read<E: Event>(sent: &Sent) -> E {
    assert_eq!(sent.header(header::TYPE), E::kind());
    E::decode(sent.body.as_slice()).unwrap()
}

pub async fn the_sender_is_told_about_his_case_or_about_himself(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, foreign) = (hall.case().await, hall.owner.new_id());
    let name = format!("department:{}", hall.street.department);
    let wrong = |case| hall.said(case, 1).with_header(header::CONTENT_TYPE, Some(b"text/plain"));
    let keyless = Raw { key: None, ..wrong(case) };
    let nameless = Raw { key: Some(b"who".to_vec()), headers: vec![], body: Some(vec![0xff; 9]), partition: None };
    hall.say([wrong(case), keyless, wrong(foreign), nameless]).await;
    let told = hall.told().await;
    let keys: Vec<&str> = told.iter().map(|sent| sent.key.as_deref().unwrap()).collect();
    // By its key, by its body, by nothing: a case of which it was never told is none of its business.
    let own = case.to_string();
    assert_eq!(keys, [&own, &own, &name, &name]);
    for (offset, sent) in (0..).zip(&told) {
        let parked: ReplyParked = read(sent);
        assert_eq!(sent.header(header::SUBJECT), sent.key.as_deref().unwrap());
        let place = (parked.topic.as_str(), parked.partition, parked.offset, parked.last_offset);
        assert_eq!(place, (hall.street.replies().as_str(), 0, offset, offset));
        assert!(!parked.zh.is_empty() && !parked.en.is_empty() && parked.may_be_said_again, "{parked:?}");
        assert_eq!((parked.standing(), parked.count), (ParkedStanding::SetAside, 1));
    }
    let sequences: Vec<&str> = told.iter().map(|sent| sent.header(header::SEQUENCE)).collect();
    assert_eq!(sequences, ["2", "3", "1", "2"], "each subject has a count of its own");
    let first: ReplyParked = read(&told[0]);
    assert_eq!((first.code.as_str(), first.reply_kind.as_str(), first.round), ("bad_content_type", "acknowledged", 1));
    assert_eq!(first.reply_id, hall.parked().await[0].event.unwrap().to_string());
    let last: ReplyParked = read(&told[3]);
    assert_eq!((last.code.as_str(), last.reply_id.as_str(), last.case_id.as_str()), ("bad_headers", "", ""));

    // The owner alone knows what is decided.
    hall.say([hall.decided(case, 2)]).await;
    hall.told().await;
    hall.say([wrong(case)]).await;
    let told: ReplyParked = read(&hall.told().await[0]);
    assert!(!told.may_be_said_again, "{told:?}");
    hall.close().await;
}

pub async fn what_is_decided_meanwhile_is_not_to_be_said_again(kit: Arc<Kit>) {
    let mut hall = Hall::open(&kit).await;
    let (case, other) = (hall.case().await, hall.case().await);
    let wrong = |case| hall.said(case, 2).with_header(header::CONTENT_TYPE, Some(b"text/plain"));
    let records = [hall.decided(case, 1), wrong(case), hall.said(other, 1), wrong(other)];
    // All of it lies there before anybody listens: it is one batch.
    hall.pause().await;
    hall.bus.send(&hall.street.replies(), records).await;
    hall.begin();
    hall.say([]).await;
    let parked = hall.told().await.into_iter().filter(|sent| sent.header(header::TYPE) == ReplyParked::kind());
    let told: Vec<_> =
        parked.map(|sent| read::<ReplyParked>(&sent)).map(|it| (it.case_id, it.may_be_said_again)).collect();
    assert_eq!(told, [(case.to_string(), false), (other.to_string(), true)]);
    hall.close().await;
}

pub async fn who_loops_is_told_once_an_hour_and_fills_nothing(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let case = hall.case().await;
    let wrong = hall.said(case, 1).with_header(header::CONTENT_TYPE, Some(b"text/plain"));
    // The same, whatever it says of when it is said and as which.
    let again = |place: usize| {
        let time = format!("2025-09-28T01:{:02}:00Z", place % 60);
        let record = wrong.clone().with_header(header::TIME, Some(time.as_bytes()));
        record.with_header(header::SEQUENCE, Some((place + 1).to_string().as_bytes()))
    };
    hall.say((0..70).map(again)).await;
    hall.say((70..140).map(again)).await;
    assert_eq!(hall.told().await.len(), 1);
    let parked = hall.parked().await;
    assert_eq!((parked.len(), parked[0].times), (1, 140));
    hall.passes("59 minutes").await;
    hall.say([again(1)]).await;
    assert_eq!(hall.told().await.len(), 0);
    hall.passes("1 minute").await;
    hall.say([again(2)]).await;
    assert_eq!(hall.told().await.len(), 1);

    // Always something else: sixty, and then how many there were.
    hall.passes("2 minutes").await;
    let other = |_| hall.said(case, 1).with_header(header::CONTENT_TYPE, Some(b"text/plain"));
    hall.say((0..100).map(other).collect::<Vec<_>>()).await;
    assert_eq!(hall.told().await.len(), 60);
    assert_eq!(hall.parked().await.len(), 101, "each is kept");
    hall.passes("1 minute").await;
    until("the rest is told together", async || Ok(hall.bus.ends(&hall.street.tasks()).await[0] > hall.told.get()))
        .await;
    let together: ReplyParked = read(&hall.told().await[0]);
    assert_eq!((together.code.as_str(), together.count, together.offset), ("too_many", 40, 241), "{together:?}");
    assert!(!together.may_be_said_again);
    hall.close().await;
}

pub async fn what_becomes_of_it_is_told_too(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let case = hall.case().await;
    let wrong = |case| hall.said(case, 1).with_header(header::CONTENT_TYPE, Some(b"text/plain"));
    hall.say([wrong(case), wrong(case)]).await;
    hall.told().await;
    let [to_mend, to_discard] = <[Parked; 2]>::try_from(hall.parked().await).unwrap();
    parking::discard(&hall.owner, to_discard.id, by(&hall.owner, "请按页面说明重新发送")).await.unwrap();
    let mut headers = to_mend.headers.clone();
    headers.retain(|(name, _)| name != header::CONTENT_TYPE);
    headers.push((header::CONTENT_TYPE.to_owned(), parking::HeaderValue::Text("application/protobuf".to_owned())));
    let mend = Mend { headers: Some(headers), ..Mend::default() };
    parking::mend(&hall.owner, to_mend.id, mend, by(&hall.owner, "类型写错")).await.unwrap();
    parking::replay(&hall.owner, to_mend.id, by(&hall.owner, "")).await.unwrap();
    let all = async || Ok(hall.bus.ends(&hall.street.tasks()).await[0] >= hall.told.get() + 5);
    until("all of it is told", all).await;
    let told: Vec<_> = hall
        .told()
        .await
        .iter()
        .filter(|sent| sent.header(header::TYPE) == ReplyParked::kind())
        .map(read::<ReplyParked>)
        .collect();
    let stands: Vec<_> = told.iter().map(|told| (told.offset, told.standing(), told.remark.as_str())).collect();
    let mended =
        [(0, ParkedStanding::Mended, "类型写错"), (0, ParkedStanding::Replayed, ""), (0, ParkedStanding::Done, "")];
    assert_eq!(stands.iter().filter(|told| told.0 == 0).copied().collect::<Vec<_>>(), mended);
    assert!(stands.contains(&(1, ParkedStanding::Discarded, "请按页面说明重新发送")), "{stands:?}");
    assert_eq!(*hall.handler.heard.lock().unwrap(), [case]);
    hall.close().await;
}

pub async fn what_is_said_again_is_answered_again_and_a_lost_count_is_told(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let case = hall.case().await;
    let (first, second) = (hall.said(case, 1), hall.said(case, 2));
    hall.say([first.clone(), second]).await;
    assert_eq!(hall.told().await.len(), 2, "each is answered by the owner");
    // The same record once more, with its own id and number: no fault, and answered again.
    hall.say([first]).await;
    let again = hall.told().await;
    assert_eq!(again.len(), 1);
    assert_eq!(hall.handler.heard.lock().unwrap().len(), 3);
    assert_eq!(hall.database.count("select count(*) from inbox").await, 2);

    let notes = async || -> Vec<String> {
        let told = hall.told().await;
        let noted = told.iter().filter(|sent| sent.header(header::TYPE) == ReplyNoted::kind());
        let noted = noted.map(read::<ReplyNoted>).filter(|noted| noted.notes[0].subject == "ce_sequence");
        noted.map(|noted| format!("{}: {}", noted.notes[0].code, noted.notes[0].en)).collect()
    };
    hall.say([hall.said(case, 5)]).await;
    assert_eq!(notes().await, ["sequence_gap: `ce_sequence` is 5, not 3: messages before it may be lost"]);
    hall.say([hall.said(case, 6)]).await;
    assert_eq!(notes().await, [""; 0]);
    // What is set aside was heard all the same.
    hall.say([hall.said(case, 7).with_header(header::CONTENT_TYPE, Some(b"text/plain")), hall.said(case, 8)]).await;
    assert_eq!(notes().await, [""; 0]);
    // Begun anew without a memory: told once.
    hall.say([hall.said(case, 1), hall.said(case, 2)]).await;
    assert_eq!(notes().await, ["sequence_repeat: `ce_sequence` is 1, not 9: that number was used before"]);
    // By a task it is another count.
    let task = Uuid::from_u128(5).to_string();
    hall.say([hall.said(case, 1).with_header(header::SUBJECT, Some(task.as_bytes()))]).await;
    assert_eq!(notes().await, [""; 0]);
    hall.close().await;
}
