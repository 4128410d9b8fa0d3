-- What became of every landed row, as the staging models count it.
-- grain: source, table_name, row_status
-- A new source is one line here.
{{ row_counts('connpass', ['events', 'presentations', 'groups', 'users', 'user_events', 'participants']) }}
union all
{{ row_counts('feeds', ['feeds', 'entries']) }}
union all
{{ row_counts('files', ['accounts', 'events', 'registrations', 'activities', 'companies', 'affiliations', 'links', 'deals', 'labels']) }}
union all
{{ row_counts('hubspot', ['contacts', 'companies', 'deals', 'associations', 'owners', 'pipelines']) }}
union all
{{ row_counts('x', ['posts', 'users']) }}
