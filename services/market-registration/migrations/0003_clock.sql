-- Cards that the 180-minute clock has shown, and why the limit was passed. How much was used is reckoned, not stored.
alter table openings add column card text not null default 'none';
alter table openings add column red_reason jsonb;
create index openings_red_unexplained on openings (received_at, id) where card = 'red' and red_reason is null;
