# Millrace with the JDK's own encryption, as on a system without ipsec-mb and OpenSSL 3.
. "$here/servers/millrace.sh"
options=(--media.crypto java)
