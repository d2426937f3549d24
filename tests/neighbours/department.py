#!/usr/bin/env python3
"""A bank's program, written from proto/README.md alone. It opens basic accounts.

What it heard and what it says are one transaction of one SQLite file; it speaks from there, and then commits the offset.
Killed at any moment it goes on where it was. Without its file it begins again, as the page says.
"""

import argparse
import functools
import sqlite3
import time
import urllib.request
import uuid
from datetime import datetime, timezone

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Producer, TopicPartition
from cryptography.hazmat.primitives.hashes import SM3, Hash
from wutong.task.v1 import department_pb2 as ours, dossier_pb2, owner_pb2 as theirs

NAME, TASKS = "department-bnk", "department.bnk.tasks.v1"
TABLES = """
create table if not exists heard (id text primary key);
create table if not exists tasks (number integer primary key, task text, round int, case_id text, topic text,
    outputs text, dossier blob, word text, unique (task, round));
create table if not exists said (number integer primary key, id text, topic text, case_id text, task text,
    sequence int, kind text, at text, body blob, sent int default 0);
"""
log = functools.partial(print, flush=True)


class Bank:
    def __init__(self, args):
        self.mistype, self.db = args.mistype, sqlite3.connect(args.state)
        self.now = lambda: args.now or datetime.now(timezone.utc)
        self.db.row_factory = sqlite3.Row
        self.db.executescript(TABLES)
        with open(args.password, encoding="ascii") as file:
            broker = {"bootstrap.servers": args.broker, "security.protocol": "sasl_plaintext",
                      "sasl.mechanism": "PLAIN", "sasl.username": NAME, "sasl.password": file.read().strip()}
        self.reading = broker | {"group.id": NAME, "auto.offset.reset": "earliest", "enable.auto.commit": False}
        self.member = {"group.instance.id": f"{NAME}-1", "session.timeout.ms": 10000}
        self.producer = Producer(broker | {"enable.idempotence": True, "acks": "all", "partitioner": "murmur2_random",
                                           "compression.type": "zstd"})

    def run(self):
        if not self.db.execute("select 1 from heard").fetchone():
            self.begin_again()
        self.speak()
        consumer = Consumer(self.reading | self.member)
        consumer.subscribe([TASKS])
        while True:
            message = consumer.poll(0.5)
            if message is None or message.error():
                if message and message.error().fatal():
                    raise KafkaException(message.error())
                continue
            with self.db:
                self.answer(*self.hear(message))
            self.speak()
            consumer.commit(message, asynchronous=False)

    def begin_again(self):
        """Nothing is remembered: reads everything in silence, then answers what is open."""
        reader, ended = Consumer(self.reading | {"enable.partition.eof": True}), set()
        numbers = reader.list_topics(TASKS).topics[TASKS].partitions
        reader.assign([TopicPartition(TASKS, number, OFFSET_BEGINNING) for number in numbers])
        with self.db:
            while len(ended) < len(numbers):
                for message in reader.consume(500, 1.0):
                    if not message.error():
                        self.hear(message)
                    elif message.error().code() == KafkaError._PARTITION_EOF:
                        ended.add(message.partition())
            for task in self.db.execute("select * from tasks order by number").fetchall():
                self.answer(task["word"], task)
        reader.close()
        log("began", "again")

    def hear(self, message):
        """Writes down what is told. Gives the word and its task; no task where there is nothing to answer."""
        headers = {name: value.decode() for name, value in message.headers()}
        kind = headers["ce_type"].rpartition(".")[2]
        new = self.db.execute("insert or ignore into heard values (?)", (headers["ce_id"],)).rowcount
        if not new or not hasattr(theirs, kind):
            return kind, None
        told = getattr(theirs, kind).FromString(message.value())
        log("heard", kind, told.case_id, getattr(told, "code", ""), *(note.code for note in getattr(told, "notes", [])))
        place = (told.task_id, told.round)
        if kind == "Assigned":
            row = (*place, told.case_id, told.reply_topic, " ".join(told.outputs), kind)
            new = self.db.execute("insert or ignore into tasks values (null, ?, ?, ?, ?, ?, null, ?)", row).rowcount
            kind = kind if new else "Again"
        elif kind not in ("Amended", "ReplyNoted", "ReplyParked"):
            self.db.execute("update tasks set word = ? where task = ? and round = ? and word != 'Cancelled'", (kind, *place))
        if kind in ("Assigned", "Again", "Amended"):
            dossier = told.dossier.SerializeToString()
            self.db.execute("update tasks set dossier = ? where task = ? and round = ?", (dossier, *place))
        return kind, self.db.execute("select * from tasks where task = ? and round = ?", place).fetchone()

    def answer(self, kind, task):
        if task is None:
            return
        if kind == "Assigned":
            self.say(task, "Acknowledged")
            self.work(task)
        elif kind in ("Resumed", "ReplyRejected") and task["word"] == kind:
            self.work(task)
        elif kind == "Cancelled":
            self.say(task, "CancelAcknowledged")
        elif kind == "Again":
            query = "select kind, body from said where task = ? order by number desc"
            last = self.db.execute(query, (task["task"],)).fetchone()
            self.put(task, *last) if last else self.say(task, "Acknowledged")

    def work(self, task):
        """Decides with the papers in hand, or asks for everything that is missing."""
        papers = {paper.code: paper for paper in dossier_pb2.Dossier.FromString(task["dossier"]).materials}
        outputs = task["outputs"].split()
        lacks = {"M03": "开户须核验身份证件", "address": "与证件一并核对"} if outputs and "M03" not in papers else {}
        for code, paper in papers.items():
            for _ in range(2):
                data = fetch(paper.link)
                if data is None:  # Whatever ended the link is on its way.
                    return log("dead link", code)
                log("paper", code, len(data), sm3(data))
                if (len(data), sm3(data)) == (paper.size, paper.sm3):
                    break
            else:
                lacks[code] = "所收文件与登记的大小或者摘要不符,请重新提交"
        if lacks:
            items = [ours.SupplementItem(code=code, note=note) for code, note in lacks.items()]
            return self.say(task, "SupplementAsked", items=items, reason="开户材料不齐")
        mistypes = self.mistype and task["number"] % self.mistype == 0 and task["word"] != "ReplyRejected"
        number = uuid.UUID(task["task"]).int % 10**13
        values = {"account_number": f"6228{number:013}",
                  "basic_account_number": f"{'K' if mistypes else 'J'}{number:013}"}
        self.say(task, "Decided", decided_by="测试银行",
                 outputs=[ours.Output(kind=kind, value=values[kind]) for kind in outputs])

    def say(self, task, kind, **fields):
        said = getattr(ours, kind)(task_id=task["task"], round=task["round"], case_id=task["case_id"], **fields)
        when = {"SupplementAsked": "asked_at", "Decided": "decided_at"}.get(kind, "acknowledged_at")
        getattr(said, when).FromDatetime(self.now())
        self.put(task, kind, said.SerializeToString())

    def put(self, task, kind, body):
        """Makes id and number of what will be said, and keeps them with it."""
        self.db.execute("insert into said (id, topic, case_id, task, kind, at, body, sequence) "
                        "select ?, ?, ?, ?, ?, ?, ?, count(*) + 1 from said where task = ?",
                        (str(uuid.uuid4()), task["topic"], task["case_id"], task["task"], kind, self.now().isoformat(),
                         body, task["task"]))

    def speak(self):
        """Sends what was not sent, or may not have been: again the same message, by the same id and number."""
        unsent = self.db.execute("select * from said where not sent order by number").fetchall()
        for said in unsent:
            headers = {"ce_specversion": "1.0", "ce_id": said["id"], "ce_type": f"wutong.task.v1.{said['kind']}",
                       "ce_source": NAME, "ce_time": said["at"], "ce_subject": said["task"],
                       "ce_sequence": str(said["sequence"]), "content-type": "application/protobuf"}
            self.producer.produce(said["topic"], said["body"], said["case_id"], headers=headers, on_delivery=delivered)
        self.producer.flush()
        with self.db:
            self.db.executemany("update said set sent = 1 where number = ?", [(said["number"],) for said in unsent])
        for said in unsent:
            log("said", said["kind"], said["case_id"])


def delivered(error, _):
    if error:
        raise KafkaException(error)


def fetch(link):
    """The bytes of a paper; none where the link is dead. While the front desk is away, it is asked again."""
    while True:
        try:
            with urllib.request.urlopen(link, timeout=10) as answer:
                return answer.read()
        except OSError as error:
            if getattr(error, "code", 0) in (403, 404, 410):
                return None
            log("away", error)
        time.sleep(1)


def sm3(data):
    digest = Hash(SM3())
    digest.update(data)
    return digest.finalize().hex()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("broker", help="host:port")
    options.add_argument("password", help="a file with it")
    options.add_argument("state", help="a SQLite file of its own")
    options.add_argument("--now", type=datetime.fromisoformat, help="where business time stands still")
    options.add_argument("--mistype", type=int, default=0, help="mistype every nth first answer, as people do")
    Bank(options.parse_args()).run()
