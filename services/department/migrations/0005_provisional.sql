-- Whether `due_at` rests on days that no notice covers, and may still move.
alter table tasks add column provisional boolean not null default false;
