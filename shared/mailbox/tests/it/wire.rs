//! A record as no client library would make it: Kafka's protocol by hand, for a header whose name is not UTF-8.

use testkit::{Bus, Raw};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Sends a record with one more header and returns its offset.
pub async fn produce(bus: &Bus, topic: &str, raw: &Raw, name: &[u8]) -> i64 {
    let config = bus.config();
    let of = |key: &str| config.get(key).unwrap().to_owned();
    let mut broker = TcpStream::connect(of("bootstrap.servers")).await.unwrap();
    call(&mut broker, 17, 1, &text("PLAIN")).await;
    let (user, password) = bus.administrator();
    call(&mut broker, 36, 0, &bytes32(format!("\0{user}\0{password}").as_bytes())).await;
    let records = batch(&record(raw, name));
    let mut body = (-1_i16).to_be_bytes().to_vec(); // no transaction
    body.extend((-1_i16).to_be_bytes()); // acks=all
    body.extend(10_000_i32.to_be_bytes());
    body.extend(1_i32.to_be_bytes());
    body.extend(text(topic));
    body.extend([1_i32.to_be_bytes(), 0_i32.to_be_bytes()].concat());
    body.extend(bytes32(&records));
    let answer = call(&mut broker, 0, 3, &body).await;
    // One topic, its name, one partition with its number, an error code, the offset.
    let error = 4 + 2 + topic.len() + 4 + 4;
    assert_eq!(answer[error..error + 2], [0, 0], "the broker refuses the record");
    i64::from_be_bytes(answer[error + 2..error + 10].try_into().unwrap())
}

async fn call(broker: &mut TcpStream, api: i16, version: i16, body: &[u8]) -> Vec<u8> {
    let mut request = [api.to_be_bytes(), version.to_be_bytes()].concat();
    request.extend(7_i32.to_be_bytes());
    request.extend(text("wire"));
    request.extend(body);
    broker.write_all(&bytes32(&request)).await.unwrap();
    let length = broker.read_i32().await.unwrap();
    let mut answer = vec![0; usize::try_from(length).unwrap()];
    broker.read_exact(&mut answer).await.unwrap();
    answer.split_off(4)
}

fn text(text: &str) -> Vec<u8> {
    [&i16::try_from(text.len()).unwrap().to_be_bytes(), text.as_bytes()].concat()
}

fn bytes32(bytes: &[u8]) -> Vec<u8> {
    [&i32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

fn varint(value: usize, to: &mut Vec<u8>) {
    let mut zigzag = value << 1;
    while zigzag >= 0x80 {
        to.push((zigzag & 0x7f) as u8 | 0x80);
        zigzag >>= 7;
    }
    to.push(zigzag as u8);
}

fn record(raw: &Raw, name: &[u8]) -> Vec<u8> {
    let mut inner = vec![0, 0, 0]; // attributes, timestamp and offset beyond those of the batch
    for bytes in [&raw.key, &raw.body] {
        let bytes = bytes.as_deref().unwrap();
        varint(bytes.len(), &mut inner);
        inner.extend(bytes);
    }
    let mine = raw.headers.iter().map(|(name, value)| (name.as_bytes(), value.as_slice()));
    let headers: Vec<_> = mine.chain([(name, b"x".as_slice())]).collect();
    varint(headers.len(), &mut inner);
    for (name, value) in headers {
        for bytes in [name, value] {
            varint(bytes.len(), &mut inner);
            inner.extend(bytes);
        }
    }
    let mut record = Vec::new();
    varint(inner.len(), &mut record);
    [record, inner].concat()
}

fn batch(record: &[u8]) -> Vec<u8> {
    let mut tail = Vec::new(); // what the checksum covers
    tail.extend(0_i16.to_be_bytes());
    tail.extend(0_i32.to_be_bytes()); // last offset beyond the first
    tail.extend([0_i64.to_be_bytes(), 0_i64.to_be_bytes(), (-1_i64).to_be_bytes()].concat()); // times, producer
    tail.extend((-1_i16).to_be_bytes());
    tail.extend([(-1_i32).to_be_bytes(), 1_i32.to_be_bytes()].concat());
    tail.extend(record);
    let mut batch = 0_i64.to_be_bytes().to_vec();
    let after_length = 4 + 1 + 4 + tail.len();
    batch.extend(i32::try_from(after_length).unwrap().to_be_bytes());
    batch.extend((-1_i32).to_be_bytes());
    batch.push(2);
    batch.extend(crc32c(&tail).to_be_bytes());
    batch.extend(tail);
    batch
}

fn crc32c(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0x82f6_3b78 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}
