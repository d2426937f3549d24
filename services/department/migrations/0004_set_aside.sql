-- What this department said and an owner set aside, by the place where it lies there; what was last told of it.
create table set_aside (
    topic text not null,
    partition int not null,
    "offset" bigint not null,
    -- of the message that told it last: sorts by time
    told_by uuid not null,
    told_at timestamptz not null,
    owner text not null,
    reply_id uuid,
    case_id uuid,
    task_id uuid,
    round int,
    reply_kind text not null,
    code text not null,
    zh text not null,
    en text not null,
    may_be_said_again boolean not null,
    standing text not null check (standing in ('set_aside', 'waits', 'mended', 'replayed', 'discarded', 'done')),
    last_offset bigint not null,
    count bigint not null check (count > 0),
    remark text not null,
    -- what was said, word by word, where this department still has it
    said json,
    primary key (topic, partition, "offset")
);
create index set_aside_told on set_aside (told_by);
create index set_aside_of_task on set_aside (task_id, told_by);

-- What an owner notes of how this department speaks: its clock, its count. The last of each kind for each task.
create table notes (
    owner text not null,
    task_id uuid not null,
    code text not null,
    zh text not null,
    en text not null,
    times bigint not null check (times > 0),
    noted_at timestamptz not null,
    primary key (task_id, owner, code)
);
