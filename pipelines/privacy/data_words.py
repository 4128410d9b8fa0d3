"""The words of docs/data-map.md, in both languages: what, why, on what ground."""

from __future__ import annotations

from typing import Final

HEAD: Final = """
# Data map データマップ

Which personal data is kept, from where, why, how long, and what `make erase` makes of
it. Written by `make data-map` from the cards of the sources and the yml of the marts.
What erasing does and cannot do: [privacy.md](privacy.md).

どの個人データを、どこから、何のために、いつまで保持し、消去で何になるか。
`make data-map` が生成します。

The grounds are those that commonly fit; what your organisation has told people decides.
法的根拠は一般的なものです。自社の規約・プライバシーポリシーが優先します。

## Kept how long 保持期間

| what 対象 | how long 期間 |
| --- | --- |
| raw rows, log of decisions 生データ・名寄せの記録 | until erased 消去まで |
| releases 公開版 | the last {releases} (`TSUNAGARI_KEEP_RELEASES`) 直近の版のみ |
| runs of Dagster, logs 実行履歴・ログ | 30 days 30日 |
| tombstones 消去済みの印 | for good, hashes only 無期限（ハッシュのみ） |
"""
# Role: what it is, in both languages, and what `make erase` makes of it.
ROLES: Final[dict[str, tuple[str, str]]] = {
    "id": ("account or contact id アカウントID", "keyed hash"),
    "own_id": ("id of what a person wrote or did 投稿・行動のID", "keyed hash"),
    "handle": ("handle, login ハンドル名", "keyed hash; NULL where it is a name"),
    "email": (
        "e-mail address メールアドレス",
        "keyed hash at the same domain; at none where the domain is the person's own",
    ),
    "name": ("name, reading 氏名・読み", "NULL"),
    "name_id": ("name, where nothing else says who it is 氏名", "keyed hash"),
    "phone": ("telephone number 電話番号", "NULL"),
    "url": ("page of what a person wrote 投稿のURL", "keyed hash"),
    "links": ("pages of the person プロフィールのURL", "keyed hashes, words NULL"),
    "page": ("feed of the person フィードのURL", "keyed hash"),
    "text": (
        "what a person wrote 投稿・コメント",
        "NULL but tags, mentions, links and that it asks",
    ),
    "answers": ("answers of a form フォームの回答", "NULL but employer and job"),
    "answer": ("answer of a survey アンケートの回答", "NULL but choices, numbers"),
    "fields": ("fields the platform's customer adds 独自項目", "NULL but job, numbers"),
    "line": ("a line as it stood, set aside 隔離した行", "NULL"),
    "link": ("a link of two records 関連付け", "the person's id: keyed hash"),
    "refs": (
        "may mention people 人への言及を含みうる",
        "mentions of the person: keyed hash",
    ),
    "job": ("employer, department, title 勤務先・部署・役職", "stays: counted"),
    "place": ("prefecture, place 都道府県・地域", "stays: counted"),
}
# Kind of source: why it is kept, and the ground it rests on unless the organisation
# has told people another one.
PURPOSES: Final[dict[str, tuple[str, str]]] = {
    "event": (
        "who registers, comes and speaks イベント参加の把握",
        "told at registration (APPI Art. 21); legitimate interest (GDPR 6(1)(f))",
    ),
    "sns": (
        "what members publish about the community 発信の把握",
        "published by the person; legitimate interest (GDPR 6(1)(f))",
    ),
    "community": (
        "questions, answers and exchange コミュニティ内の交流",
        "terms of the workspace (APPI Art. 21); legitimate interest (GDPR 6(1)(f))",
    ),
    "crm": (
        "contracts and deals of members' employers 商談・契約との関係",
        "customer relation (APPI Art. 18, 21); legitimate interest (GDPR 6(1)(f))",
    ),
    "survey": (
        "how content people are 満足度",
        "consent by answering (GDPR 6(1)(a)); told in the form (APPI Art. 21)",
    ),
    "register": ("names of companies 法人名", "public register; no people"),
    "in-house": (
        "certificates, hires, referrals, costs 社内の記録",
        "told to employees and applicants (APPI Art. 21); GDPR 6(1)(f)",
    ),
    "files": (
        "whatever an exported file says 任意のファイル",
        "that of the platform it was exported from",
    ),
}
# Sources whose addresses serve one purpose: staging says so in `email_purpose`.
CONSENT: Final[dict[str, str]] = {
    "peatix": "e-mail only where a form asked for it, and for that event"
    " (`email_purpose = event`) unless the person agreed to more mail (`any`)",
    "eventhub": "e-mail for the event it was given for (`email_purpose = event`)",
    "zoom": "e-mail for the event it was given for (`email_purpose = event`)",
    "connpass": "e-mail only where a form asked for it: use it for what the form said",
    "hubspot": "opting out refuses all mail (`has_email_consent = false`)",
    "salesforce": "opting out refuses all mail (`has_email_consent = false`)",
}
