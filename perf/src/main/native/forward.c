/*
 * What forwarding costs at least: one thread that seals a published batch for each viewer (SRTP, AES-128-GCM, RFC 7714)
 * straight into the memory it sends, a viewer's packets one behind the other as one UDP_SEGMENT message, 64 messages a
 * sendmmsg. No jitter, no layers, no reports, no retransmission: the measure for the real path, PathCost.
 *
 *   forward openssl|ipsec NETWORK VIEWERS PAYLOAD
 *
 * NETWORK is such as 10.9 (viewers at 10.9.0.2, 10.9.0.3, ...). For each line "BATCH ROUNDS" on standard input it forwards
 * so many batches of BATCH packets and prints the CPU nanoseconds a forwarded packet took and how many were refused.
 *
 *   cc -O3 -march=native -o forward forward.c -lcrypto -ldl
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { MESSAGES = 64, TAG = 16, MAX_BATCH = 16, HEADER = 20, MAX_PACKET = 1500, KEPT = 64 };

struct viewer {
    struct sockaddr_in to;
    uint32_t ssrc;
    uint64_t index;
    uint16_t transport;
    uint8_t salt[12];
    EVP_CIPHER_CTX *openssl;
    void *ipsec;
};

/* struct gcm_key_data is opaque here: 1,024 bytes, aligned to 64; see IpsecGcm.java for where the pointers are. */
typedef void (*ipsec_seal)(const void *, void *, uint8_t *, const uint8_t *, uint64_t, const uint8_t *, const uint8_t *,
                           uint64_t, uint8_t *, uint64_t);
typedef void (*ipsec_expand)(const void *, void *);

static ipsec_seal seal_ipsec;
static uint8_t ipsec_context[128] __attribute__((aligned(64)));

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static ipsec_expand load_ipsec(void) {
    void *library = dlopen("libIPSec_MB.so.1", RTLD_NOW);
    if (!library) {
        fprintf(stderr, "libIPSec_MB.so.1 is not installed\n");
        exit(2);
    }
    void *(*allocate)(uint64_t) = (void *(*)(uint64_t)) dlsym(library, "alloc_mb_mgr");
    void (*choose)(void *, int *) = (void (*)(void *, int *)) dlsym(library, "init_mb_mgr_auto");
    char *manager = allocate(0);
    int architecture;
    choose(manager, &architecture);
    seal_ipsec = *(ipsec_seal *) (manager + 256);
    return *(ipsec_expand *) (manager + 448);
}

static void put16(uint8_t *b, uint32_t v) {
    b[0] = v >> 8;
    b[1] = v;
}

static void put32(uint8_t *b, uint32_t v) {
    put16(b, v >> 16);
    put16(b + 2, v);
}

/* Header with a transport-wide sequence number, then the payload sealed from where it is kept. */
static int make(struct viewer *v, uint8_t *out, const uint8_t *payload, int length, uint32_t timestamp) {
    uint8_t nonce[12];
    out[0] = 0x90;
    out[1] = 125;
    put16(out + 2, v->index);
    put32(out + 4, timestamp);
    put32(out + 8, v->ssrc);
    put32(out + 12, 0xbede0001);
    out[16] = 0x51;
    put16(out + 17, v->transport++);
    out[19] = 0;
    memcpy(nonce, v->salt, 12);
    for (int i = 0; i < 4; i++) {
        nonce[2 + i] ^= out[8 + i];
    }
    for (int i = 0; i < 6; i++) {
        nonce[6 + i] ^= v->index >> (8 * (5 - i));
    }
    v->index++;
    if (v->ipsec) {
        seal_ipsec(v->ipsec, ipsec_context, out + HEADER, payload, length, nonce, out, HEADER, out + HEADER + length, TAG);
    } else {
        int n;
        EVP_EncryptInit_ex(v->openssl, NULL, NULL, NULL, nonce);
        EVP_EncryptUpdate(v->openssl, NULL, &n, out, HEADER);
        EVP_EncryptUpdate(v->openssl, out + HEADER, &n, payload, length);
        EVP_EncryptFinal_ex(v->openssl, out + HEADER + length, &n);
        EVP_CIPHER_CTX_ctrl(v->openssl, EVP_CTRL_AEAD_GET_TAG, TAG, out + HEADER + length);
    }
    return HEADER + length + TAG;
}

static struct mmsghdr messages[MESSAGES];
static struct iovec vectors[MESSAGES];
static uint8_t controls[MESSAGES][64] __attribute__((aligned(16)));
static uint8_t arena[MESSAGES * MAX_BATCH * MAX_PACKET] __attribute__((aligned(64)));
static long refused;

static void flush(int fd, int count, int segments) {
    for (int done = 0; done < count;) {
        int sent = sendmmsg(fd, messages + done, count - done, MSG_DONTWAIT);
        if (sent <= 0) {
            refused += segments;
            sent = 1;
        }
        done += sent;
    }
}

static void queue(int i, struct viewer *v, uint8_t *data, int bytes, int segment) {
    struct msghdr *m = &messages[i].msg_hdr;
    vectors[i] = (struct iovec) {data, bytes};
    m->msg_name = &v->to;
    m->msg_namelen = sizeof v->to;
    m->msg_iov = &vectors[i];
    m->msg_iovlen = 1;
    m->msg_control = NULL;
    m->msg_controllen = 0;
    if (bytes > segment) {
        m->msg_control = controls[i];
        m->msg_controllen = CMSG_SPACE(sizeof(uint16_t));
        struct cmsghdr *c = CMSG_FIRSTHDR(m);
        c->cmsg_level = IPPROTO_UDP;
        c->cmsg_type = UDP_SEGMENT;
        c->cmsg_len = CMSG_LEN(sizeof(uint16_t));
        *(uint16_t *) CMSG_DATA(c) = segment;
    }
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: forward openssl|ipsec NETWORK VIEWERS PAYLOAD\n");
        return 2;
    }
    int count = atoi(argv[3]), length = atoi(argv[4]);
    int ipsec = strcmp(argv[1], "ipsec") == 0;
    if (count < 1 || count > 60000 || length < 1 || length > MAX_PACKET - HEADER - TAG) {
        fprintf(stderr, "1 to 60000 viewers, payloads of 1 to %d bytes\n", MAX_PACKET - HEADER - TAG);
        return 2;
    }
    ipsec_expand expand = ipsec ? load_ipsec() : NULL;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), buffer = 8 << 20;
    if (fd < 0) fail("socket");
    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
    struct viewer *viewers = calloc(count, sizeof *viewers);
    for (int i = 0; i < count; i++) {
        struct viewer *v = &viewers[i];
        char address[32];
        uint8_t key[16] = {i, i >> 8, 7};
        snprintf(address, sizeof address, "%s.%d.%d", argv[2], (i + 2) / 256, (i + 2) % 256);
        v->to.sin_family = AF_INET;
        v->to.sin_port = htons(40000 + i % 20000);
        if (inet_pton(AF_INET, address, &v->to.sin_addr) != 1) fail(address);
        v->ssrc = 1000 + i;
        if (ipsec) {
            v->ipsec = aligned_alloc(64, 1024);
            expand(key, v->ipsec);
        } else {
            v->openssl = EVP_CIPHER_CTX_new();
            EVP_EncryptInit_ex(v->openssl, EVP_aes_128_gcm(), NULL, key, NULL);
        }
    }
    uint8_t *kept = malloc(KEPT * MAX_PACKET);
    memset(kept, 0x5a, KEPT * MAX_PACKET);
    int batch, rounds, slot = 0;
    uint32_t timestamp = 0;
    while (scanf("%d %d", &batch, &rounds) == 2 && batch > 0 && batch <= MAX_BATCH) {
        struct timespec a, b;
        refused = 0;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
        for (int r = 0; r < rounds; r++, timestamp += 3000, slot = (slot + batch) % (KEPT - MAX_BATCH)) {
            int queued = 0;
            uint8_t *at = arena;
            for (int i = 0; i < count; i++) {
                uint8_t *start = at;
                for (int p = 0; p < batch; p++) {
                    at += make(&viewers[i], at, kept + (slot + p) * MAX_PACKET, length, timestamp);
                }
                queue(queued++, &viewers[i], start, at - start, HEADER + length + TAG);
                if (queued == MESSAGES) {
                    flush(fd, queued, batch);
                    queued = 0;
                    at = arena;
                }
            }
            flush(fd, queued, batch);
        }
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
        double ns = (b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec);
        printf("%.1f %ld\n", ns / ((double) rounds * count * batch), refused);
        fflush(stdout);
    }
    return 0;
}
