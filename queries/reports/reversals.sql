-- Entries that take an earlier entry of their account back, with what they take back; both stay transfers.
SELECT r.kind, r.tied, r.in_part, t.account_id, t.booking_date AS taken_back_on, r.amount,
       coalesce(t.currency, '') AS currency, o.booking_date AS booked_on, o.amount AS booked_amount, r.entry_id,
       r.detail_id, r.takes_back, r.takes_back_detail, r.reason
FROM reversals AS r
JOIN entries AS t ON t.entry_id = r.entry_id
LEFT JOIN entries AS o ON o.entry_id = r.takes_back
ORDER BY r.tied DESC, r.kind, taken_back_on, r.entry_id, r.detail_id, r.takes_back, r.takes_back_detail
