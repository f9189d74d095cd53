-- Who has to do with which account, with what registers say of them.
    SELECT h.account_id, h.party_id, h.role, h.from_date, h.to_date, p.kind, p.name, p.birth_date, p.phone, p.email, p.address
    FROM account_holders h JOIN parties p ON p.party_id = h.party_id
