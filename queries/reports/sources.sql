-- Every file as received, with what became of its records.
SELECT source_id, name, bytes, format, mapping, encoding, encoding_basis, received_from, order_reference,
       rows_read, rows_accepted, rows_rejected, parser, note
FROM sources
ORDER BY name, source_id
