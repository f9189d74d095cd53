-- Entries whose other side should stand in a received record and does not, and batches whose payments do not make them
-- up; largest first in each currency.
SELECT m.kind, m.entry_id, m.detail_id, m.account_id, m.missing_in, m.direction, coalesce(m.currency, '') AS currency,
       m.amount, m.day, m.reason
FROM missing_legs AS m
ORDER BY m.kind, currency, m.amount DESC, m.entry_id, m.detail_id
