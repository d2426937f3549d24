//! Departments pack what they say as they like. What nobody can unpack is set aside, and what lies behind it is heard.

use std::sync::Arc;

use mailbox::parking::{self, Filter, ParkedState, ParkingError};
use testkit::{Kit, Raw, Staff, clocks};

use crate::{
    consumers::heard,
    desk::{Desk, TABLES, rounds},
    owner::raw,
    parkings::by,
};

pub async fn whatever_codec_a_batch_is_packed_by_is_heard(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let hears = desk.mailbox(&street.principal(), clocks(), 1);
    let staff = Staff::of(&hears).consumer(bus.member(&street.principal()), &[&street.tasks()], Desk::open());
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
        let case = hears.new_id();
        let records: Vec<Raw> = (1..=9).map(|round| raw(hears.new_id(), case, round)).collect();
        bus.send_batch(&[("compression.type", codec)], &street.tasks(), records).await;
        heard(bus, &desk, &street.tasks()).await;
        assert_eq!(rounds(hears.db()).await.get(&case), Some(&(1..=9).collect()), "{codec}");
    }
    assert_eq!(parking::open_count(hears.db()).await.unwrap(), 0);
    staff.stop().await;
}

/// Few bytes on the bus, and more than anybody may say at once when they are unpacked.
pub async fn a_batch_that_cannot_be_read_is_set_aside_by_its_offsets(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let hears = desk.mailbox(&street.principal(), clocks(), 2);
    let case = hears.new_id();
    let large = [("compression.type", "zstd"), ("batch.size", "67108864"), ("message.max.bytes", "67108864")];
    let beyond = |count: usize| {
        let blown = Raw { body: Some(vec![0; 900_000]), ..raw(hears.new_id(), case, 1) };
        std::iter::repeat_n(blown, count).collect::<Vec<_>>()
    };
    bus.send(&street.tasks(), [raw(hears.new_id(), case, 1)]).await;
    bus.send_batch(&large, &street.tasks(), beyond(40)).await;
    bus.send(&street.tasks(), [raw(hears.new_id(), case, 2)]).await;
    let staff = Staff::of(&hears).consumer(bus.member(&street.principal()), &[&street.tasks()], Desk::open());
    heard(bus, &desk, &street.tasks()).await;
    assert_eq!(rounds(hears.db()).await[&case], [1, 2], "what lies before and behind is heard");

    // Once more, to a consumer that has read on for a while.
    bus.send_batch(&large, &street.tasks(), beyond(38)).await;
    bus.send(&street.tasks(), [raw(hears.new_id(), case, 3)]).await;
    heard(bus, &desk, &street.tasks()).await;
    staff.stop().await;
    assert_eq!(rounds(hears.db()).await[&case], [1, 2, 3]);
    let parked = parking::list(hears.db(), &Filter { limit: 100, ..Filter::default() }).await.unwrap();
    let places: Vec<_> = parked.iter().rev().map(|parked| (parked.offset, parked.last_offset)).collect();
    assert_eq!(places, [(1, Some(40)), (42, Some(79))]);
    for batch in &parked {
        assert_eq!((batch.code.as_str(), batch.state, batch.body.len()), ("unreadable", ParkedState::Poison, 0));
        assert!(batch.reason.contains("offsets"), "{}", batch.reason);
        let refused = parking::replay(&hears, batch.id, by(&hears, "")).await;
        assert!(matches!(refused, Err(ParkingError::Batch)), "{refused:?}");
        parking::discard(&hears, batch.id, by(&hears, "sent again by its sender")).await.unwrap();
    }
    assert_eq!(parking::open_count(hears.db()).await.unwrap(), 0);
}
