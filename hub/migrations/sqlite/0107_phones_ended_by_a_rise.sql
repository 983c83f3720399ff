-- Why a phone ended: 'rise', as its owner got a role that the phone was not handed out for. NULL: somebody ended it.
ALTER TABLE devices ADD COLUMN revoked_why TEXT;
