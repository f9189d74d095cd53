-- What members of a group do for the others, in neutral words, each with the number of entries that it rests on (table
-- function_entries has them). Nobody on the exploited side is among them.
SELECT c.place, f.cluster_id, f.member, f.function, f.explanation, f.innocent_explanations, f.entries, f.function_id
FROM functions f
JOIN clusters c ON c.cluster_id = f.cluster_id
ORDER BY c.place, f.function, f.member, f.function_id
