-- A code that somebody waits for is worth nothing after a while: it is not sent any more then, and nothing of it stays. `blank` is
-- the text without it, which takes the text's place when the delivery has ended.
alter table deliveries add column blank text;
-- System time; absent where the text may stay.
alter table deliveries add column expires_at timestamptz;
create index deliveries_parked_expiring on deliveries (expires_at) where state = 'parked' and expires_at is not null;
