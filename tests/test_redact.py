"""Rules of logscan.redact. The secrets here are made up; vendors' prefixes are joined at run time so
that no scanner of this repository takes them for real ones."""

import time

import pytest

from logscan.redact import redact

HEX = "0123456789abcdef" * 3
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\nabc=\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("id AKIA" + "IOSFODNN7EXAMPLE.", "id <redacted:aws-key>."),
        ("aws_secret_access_key=wJalrXUt/bPx+1", "aws_secret_access_key=<redacted:api-key>"),
        ("clone with gh" + f"p_{HEX[:36]}", "clone with <redacted:github-token>"),
        ("github_" + f"pat_{HEX}", "<redacted:github-token>"),
        ("glp" + "at-abcdefghij0123456789", "<redacted:gitlab-token>"),
        ("xox" + "b-1234567890-abcdef", "<redacted:slack-token>"),
        (
            "https://hooks.slack.com/services/T0/B0/XyZ",
            "https://hooks.slack.com/services/<redacted:slack-webhook>",
        ),
        ("sk_" + "live_abcdef0123456789", "<redacted:stripe-key>"),
        ("AI" + f"za{HEX[:35]}", "<redacted:google-key>"),
        (f"got {JWT}", "got <redacted:jwt>"),
        ("Authorization: Bearer abc.def-1", "Authorization: Bearer <redacted:authorization>"),
        ("{'Authorization': 'Basic dTpw'}", "{'Authorization': 'Basic <redacted:authorization>'}"),
        ("(b'authorization', b'Bearer abc')", "(b'authorization', b'Bearer <redacted:authorization>')"),
        (
            'Authorization: Digest username="x", response="1"',
            "Authorization: Digest <redacted:authorization>",
        ),
        ("sent Bearer 0123456789abcdefXYZ", "sent Bearer <redacted:authorization>"),
        ("Cookie: sid=1; theme=dark", "Cookie: <redacted:cookie>"),
        ("Set-Cookie: sid=abc; Path=/", "Set-Cookie: <redacted:cookie>"),
        ("[(b'cookie', b'sid=1; a=b')]", "[(b'cookie', b'<redacted:cookie>')]"),
        ("postgres://u:pw@db.local/x", "postgres://u:<redacted:password>@db.local/x"),
        ("redis://:p@ss@host:6379/0", "redis://:<redacted:password>@host:6379/0"),
        ("host=db password=hunter2 dbname=x", "host=db password=<redacted:password> dbname=x"),
        ("PGPASSWORD='a b'", "PGPASSWORD='<redacted:password>'"),
        ("Server=x;Password=abc;", "Server=x;Password=<redacted:password>;"),
        ('{"password": "a\\"b", "n": 1}', '{"password": "<redacted:password>", "n": 1}'),
        ('"{\\"api_key\\": \\"abcdef\\"}"', '"{\\"api_key\\": \\"<redacted:api-key>\\"}"'),
        ("'client_secret': 'letters'", "'client_secret': '<redacted:secret>'"),
        ("/cb?access_token=abc123def&x=1", "/cb?access_token=<redacted:token>&x=1"),
        ("password: hunter2", "password: <redacted:password>"),
        ("mysql --password s3cret -h db", "mysql --password <redacted:secret> -h db"),
        ('{"pass": "hunter2"}', '{"pass": "<redacted:password>"}'),
        ('"{\\"pass\\": \\"hunter2\\"}"', '"{\\"pass\\": \\"<redacted:password>\\"}"'),
        ("auth: { user: 'bob', pass: 'letters' }", "auth: { user: 'bob', pass: '<redacted:password>' }"),
        ("/in?user=bob&pass=hunter2&x=1", "/in?user=bob&pass=<redacted:password>&x=1"),
        ("DB_PASS=hunter2", "DB_PASS=<redacted:password>"),
        ("X-Auth-Token: hunter2", "X-Auth-Token: <redacted:token>"),
        ("curl -H 'PRIVATE-TOKEN: hunter2'", "curl -H 'PRIVATE-TOKEN: <redacted:token>'"),
        ("(b'x-api-key', b'hunter2')", "(b'x-api-key', b'<redacted:api-key>')"),
        ("/c/b?sv=2&sig=hunter2&se=3", "/c/b?sv=2&sig=<redacted:signature>&se=3"),
        ("/c/b?sv=2\\u0026sig=aB1%2Fc%3D\\u0026se=3", "/c/b?sv=2\\u0026sig=<redacted:signature>\\u0026se=3"),
        ("/c/b?sv=2&amp;sig=aB1%2Fc%3D", "/c/b?sv=2&amp;sig=<redacted:signature>"),
        ("/x?Signature=aB1~c-d_&Key-Pair-Id=K", "/x?Signature=<redacted:signature>&Key-Pair-Id=K"),
        ("mysql -phunter2 shop", "mysql -p<redacted:password> shop"),
        ("['mysqldump', '-u', 'root', '-pletters']", "['mysqldump', '-u', 'root', '-p<redacted:password>']"),
        (f"key:\n{KEY}\ndone", "key:\n<redacted:private-key>\ndone"),
        ("curl -su admin:hunter2 https://x", "curl -su admin:hunter2 https://x"),
        ("curl -s -u admin:hunter2 https://x", "curl -s -u admin:<redacted:password> https://x"),
        ("['curl', '--user', 'ann:letters']", "['curl', '--user', 'ann:<redacted:password>']"),
        ("jdbc:oracle:thin:scott/tiger@//db:1521/X", "jdbc:oracle:thin:scott/<redacted:password>@//db:1521/X"),
        ("<user><password>tiger</password>", "<user><password><redacted:password></password>"),
        ("<soap:Token>a b</soap:Token>", "<soap:Token><redacted:password></soap:Token>"),
        ("ALTER ROLE shop WITH PASSWORD 'tiger'", "ALTER ROLE shop WITH PASSWORD '<redacted:password>'"),
        (
            "IDENTIFIED WITH caching_sha2_password BY 'tiger'",
            "IDENTIFIED WITH caching_sha2_password BY '<redacted:password>'",
        ),
        ("Settings(pw=SecretStr('tiger'))", "Settings(pw=SecretStr('<redacted:password>'))"),
        ("requirepass hunter2 bindpw = tiger", "requirepass <redacted:password> bindpw = <redacted:password>"),
        ("AUTH PLAIN AGFubgB0aWdlcg==", "AUTH PLAIN <redacted:password>"),
        ("user%3Dann%26password%3Dtiger%21%26x%3D1", "user%3Dann%26password%3D<redacted:password>%26x%3D1"),
        ("$2b$12$" + "a1" * 26 + "b", "<redacted:password-hash>"),
        ("$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo", "<redacted:password-hash>"),
        ('{"auths":{"x":{"auth":"YW5uOnRpZ2Vy"}}}', '{"auths":{"x":{"auth":"<redacted:secret>"}}}'),
        ("/f?code=aB1dE2gH3jK4lM5nO6pQ7==&x=1", "/f?code=<redacted:secret>&x=1"),
        ("cookies={'session': 'aB1dE2gH3jK4lM5nO6'}", "cookies={'session': '<redacted:session>'}"),
        ("iban DE89 3704 0044 0532 0130 00", "iban <redacted:iban>"),
        ("/u?mail=ann%40example.com&x", "/u?mail=<redacted:email>&x"),
        ("  password: dGlnZXI=", "  password: <redacted:password>"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", "<redacted:private-key>"),
        ("mail to jane.doe+x@example.co.uk now", "mail to <redacted:email> now"),
        ("card 4111 1111 1111 1111, 378282246310005", "card <redacted:card>, <redacted:card>"),
    ],
)
def test_secrets_are_replaced(text: str, redacted: str) -> None:
    """Each kind of secret becomes `<redacted:kind>`, its surroundings stay, and once is enough."""
    assert redact(text) == redacted
    assert redact(redacted) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/v1/tokens?page=2 HTTP/1.1 200",
        '{"token_type": "bearer", "expires_in": 3600}',
        "unexpected token: 'else' in line 3",
        "SyntaxError: Unexpected token: }",
        "max_tokens=4096 token=12",
        "password: must not be empty",
        "password=None secret='' api_key=${API_KEY}",
        "conn = connect(password=self.password, token=get_token(user))",
        "the following arguments are required: --password",
        "Basic authentication failed; Bearer realm",
        "Authorization: required",
        "PWD=/srv/app",
        "started getty@tty1.service, user@1000.service",
        "git@github.com:encode/uvicorn.git",
        "at java.base@17.0.1/java.lang.Thread.run, lodash@4.17.21, gin@v1.9.1/context.go",
        "uuid 4b1d6f0e-4111-4111-8111-111111111111 trace 4bf92f3577b34da6a3ce929d0e0e4736",
        "2026-11-22 02:41:07,123 1763779267123456 1763779267123456789",
        "4111111111111112 0.4111111111111111 v4111111111111111",
        'File "/srv/app/shop/secret_store.py", line 3, in token_key',
        "http://localhost:8080/a@b http://user@host/ module.sub:function",
        '{"pass": 12, "fail": 0} {"pass": "build"} {"user": "bob", "pass": true} pass=3 pass: ok, pass: \'2nd\'',
        "auth: {'pass': 'yes'} first_pass: '3 of 7' TESTS_PASS=12 spf=pass smtp.mailfrom=a dkim=pass header.i=b",
        "bypass='abc123' compass: 'x1y2z3' user_pass == 'git' encode=pass2:fast",
        "X-Auth-Token: must not be empty, X-Cache-Key: /page/12345678 Vary: X-Auth-Token, X-Api-Key",
        "exit&sig=11 ?sig=9 design=abcdef1 &signature=4096",
        "docker run --name mysql -p3306:3306 mysql:8, mysql -p 3306, mysql -P3306, mysql -password, the mysql -port",
        "secretName: db  tokenizer=fast  keyspace=1 passes=3",
        "requirepass is not set, AUTH LOGIN failed, curl -u admin https://x:443, create user ann failed: password 'x'",
        "/p?key=product-list-2026-11-22-page-2 exit code=3 status_code=200 <password></password> <token>",
        "unexpected value for SecretStr('**********') 100%3D3 session: 'expired' auth: basic $2 iban missing",
        "cost $5$ or $6$ more; pull r8_x dp.st. gsk_small xai-1 /%40babel%2fcore sq0 tskey",
    ],
)
def test_ordinary_text_is_untouched(text: str) -> None:
    """Paths, ids, versions, code, prose and figures stay as they are."""
    assert redact(text) == text


def test_a_name_that_stands_apart_is_as_one_that_stands_beside() -> None:
    """The short `pass` counts as often as it is a password: its value decides; longer names decide by themselves."""
    assert redact.named("pass", "hunter2") == redact.named("password", "123456") == "<redacted:secret>"
    assert (redact.named("pass", "12"), redact.named("pass", "build")) == ("12", "build")
    assert redact.named("to", "bob@example.org") == "<redacted:email>"
    assert redact.named("path", 'C:\\a "b"') == 'C:\\a "b"'


@pytest.mark.parametrize(
    "piece",
    ["a", "://", 'password="\\', "eyJ", "1", "4 ", "Authorization: ", "-----BEGIN PRIVATE KEY-----", "cookie: a", "a.@",
     "a@b.", "bearer ", "--token ", "sk-", "token=", "authorization: digest ", "pass: '", "x_pass=", "a_", "X-Auth-Token: ", "x-a-", "&sig=", "mysql -p",
     "mysql ", "curl -u ", "create user a", "%3da%40", "?key=a1", "$6$a$", "iban DE12", "a.atlasv1."],
)  # fmt: skip
def test_time_is_linear(piece: str) -> None:
    """Eight times the text takes about eight times as long, whatever is repeated: no pattern backtracks far."""
    small, large = piece * (20_000 // len(piece)), piece * (160_000 // len(piece))

    def seconds(text: str) -> float:
        start = time.process_time()
        redact(text)
        return time.process_time() - start

    assert min(seconds(large) for _ in range(2)) < 30 * max(0.002, min(seconds(small) for _ in range(3)))
