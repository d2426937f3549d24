-- The next serial of each series of numbers that rules issue. A commit that issues names the serial it began with: two
-- commits cannot begin with the same one, and what was not committed was not issued.
create table serials (
    series text primary key,
    next bigint not null check (next > 0)
);
