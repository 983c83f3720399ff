-- The names of members who acted from another station are looked up by id alone.
CREATE INDEX members_by_id ON members (member_id);
