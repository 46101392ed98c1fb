"""What published clients read of each answer (platform-api 3 to 16 and 21; oauth2 A14). Data alone."""

from sealgate.cli.compat.shapes import shape

PING = shape("""
    pong                            true
    auth.quota                      object  py php
    auth.application.uuidv4         uuid
    auth.application.name           text
    auth.application.webhookurl     text    py php
    auth.application.disabled       int     py net php
    auth.call.uuidv4                uuid
""")
RATES = shape("""
    USD                             number
    XRP                             number
    __meta.currency.en              text    py php net
    __meta.currency.code            text    py php net
    __meta.currency.symbol          text    py php net
    __meta.currency.isoDecimals     int     py php net
""")
ASSETS = shape("""
    issuers                         list
    currencies                      list
    details                         object
    details{}.id                    int     py net
    details{}.name                  text    py net
    details{}.domain                text    py
    details{}.avatar                text    py
    details{}.shortlist             int     py net
    details{}.currencies            object
    details{}.currencies{}.issuer   text
    details{}.currencies{}.currency text
""")
RAILS = shape("""
    MAINNET                         object
    {}.chain_id                     int
    {}.color                        text
    {}.name                         text
    {}.is_livenet                   bool
    {}.native_asset                 text
    {}.endpoints[].url              url
    {}.explorers[].url_tx           url
    {}.icons.icon_square            text    net
    {}.icons.icon_asset             text    net
""")
TOKENS = shape("""
    tokens                          list
    tokens[].user_token             uuid    py ts net
    tokens[].active                 bool
    tokens[].token_issued           int     py
    tokens[].token_expiration       int     py
""")
STORAGE = shape("""
    application.uuidv4              uuid
    application.name                text
    data                            any
""")
SOFT_ERROR = shape("""
    error.reference                 uuid
    error.code                      int?
""")
OAUTH_ERROR = shape("""
    error                           word
    error_description               text    pkce py
""")
METADATA = shape("""
    issuer                          url
    authorization_endpoint          url
    token_endpoint                  url
    userinfo_endpoint               url
    jwks_uri                        url
    response_types_supported        list
""")
META = """
    meta.exists                     bool    py net php
    meta.uuid                       uuid
    meta.multisign                  bool    py net php
    meta.submit                     bool    py net php
    meta.pathfinding                bool    net php
    meta.pathfinding_fallback       bool    net php
    meta.destination                text    py net php
    meta.resolved_destination       text    py net php
    meta.resolved                   bool
    meta.signed                     bool
    meta.cancelled                  bool
    meta.expired                    bool
    meta.pushed                     bool
    meta.app_opened                 bool
    meta.opened_by_deeplink         bool?
    meta.return_url_app             text?
    meta.return_url_web             text?
    meta.is_xapp                    bool
    meta.signers                    list?   py net
    custom_meta.identifier          text?   py net
    custom_meta.blob                any     py
    custom_meta.instruction         text?   py net
"""
PAYLOAD = shape(
    META
    + """
    application.name                text
    application.description         text    py net
    application.disabled            int     py net
    application.uuidv4              uuid
    application.icon_url            text    py net
    application.issued_user_token   uuid?
    payload.tx_type                 word
    payload.tx_destination          text    py php
    payload.tx_destination_tag      int?    py net
    payload.request_json            object
    payload.origintype              text?   py
    payload.signmethod              text?   py
    payload.created_at              date
    payload.expires_at              date
    payload.expires_in_seconds      int
    response.hex                    text?
    response.txid                   text?
    response.resolved_at            date?
    response.dispatched_to          text?   py
    response.dispatched_result      text?   py
    response.dispatched_to_node     bool?   py
    response.dispatched_nodetype    text?   py
    response.environment_nodeuri    text?   py
    response.environment_nodetype   text?   py
    response.multisign_account      text?   py
    response.account                text?
    response.signer                 text?   py
    response.user                   uuid?   py
"""
)
CREATED = shape("""
    uuid                            uuid
    next.always                     url
    refs.qr_png                     url
    refs.qr_matrix                  url
    refs.qr_uri_quality_opts        list    py php
    refs.websocket_status           url
    pushed                          bool
""")
CANCELLED = shape(f"""
    result.cancelled                true
    result.reason                   word
    {META}
""")
CANCELLED_BEFORE = shape("""
    result.cancelled                false
    result.reason                   word
    meta.uuid                       uuid
    meta.cancelled                  true
    meta.expired                    true
""")
KYC = shape("""
    kycApproved                     bool
""")
KYC_OF_USER = shape("""
    kycStatus                       word
    possibleStatuses.NONE           text    py
    possibleStatuses.IN_PROGRESS    text    py
    possibleStatuses.REJECTED       text    py
    possibleStatuses.SUCCESSFUL     text    py
""")
ACCOUNT_META = shape("""
    account                         text
    kycApproved                     bool
    xummPro                         bool
    blocked                         bool
    force_dtag                      bool
    avatar                          url
    xummProfile                     object
    thirdPartyProfiles              list
    globalid                        object
""")
KEYS = shape("""
    keys                            list
    keys[].kty                      word
    keys[].kid                      word    oidc
""")
