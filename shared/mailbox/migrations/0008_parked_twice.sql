-- What keeps a message from being parked twice is the next offset in the same commit. A topic that was made anew counts
-- its offsets from the beginning again.
alter table parked drop constraint parked_topic_partition_offset_key;
