package dev.millrace.media.dvr;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Segments as objects of a bucket, by whatever speaks S3. Blocks; any thread. */
final class S3Shelf implements Shelf, AutoCloseable {
    /** A segment of seconds has to be there before players ask for it; what takes longer is tried again. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(3);
    private static final int NOT_FOUND = 404;

    private final DvrConfig.S3 config;
    private final S3Client client;

    S3Shelf(DvrConfig.S3 config) {
        this.config = config;
        this.client = S3Client.builder()
                .endpointOverride(URI.create(config.endpoint()))
                .region(Region.of(config.region()))
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(config.access(), config.secret())))
                // Stores other than Amazon's know none of the newer checksums; TLS and TCP have theirs.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClient(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_PATIENCE)
                        .socketTimeout(PATIENCE)
                        .build())
                // Uploads has patience of its own, bounded by memory and not by a number of tries.
                .overrideConfiguration(over ->
                        over.retryStrategy(DefaultRetryStrategy.doNotRetry()).apiCallTimeout(PATIENCE))
                .build();
    }

    @Override
    public void put(String name, List<byte[]> pieces) throws IOException {
        long length = pieces.stream().mapToLong(each -> each.length).sum();
        try {
            client.putObject(
                    request -> request.bucket(config.bucket()).key(key(name)).contentType("video/mp4"),
                    RequestBody.fromContentProvider(() -> stream(pieces), length, "video/mp4"));
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    private static InputStream stream(List<byte[]> pieces) {
        return new SequenceInputStream(Collections.enumeration(
                pieces.stream().map(ByteArrayInputStream::new).toList()));
    }

    @Override
    public byte @Nullable [] get(String name) throws IOException {
        try {
            return client.getObjectAsBytes(
                            request -> request.bucket(config.bucket()).key(key(name)))
                    .asByteArrayUnsafe();
        } catch (NoSuchKeyException e) {
            return null;
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
                return null;
            }
            throw failed(e);
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        try {
            client.deleteObject(request -> request.bucket(config.bucket()).key(key(name)));
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    @Override
    public void deleteAll(String prefix) throws IOException {
        try {
            List<String> keys = client
                    .listObjectsV2Paginator(
                            request -> request.bucket(config.bucket()).prefix(key(prefix)))
                    .contents()
                    .stream()
                    .map(S3Object::key)
                    .toList();
            for (String key : keys) {
                client.deleteObject(request -> request.bucket(config.bucket()).key(key));
            }
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    private String key(String name) {
        return config.prefix() + name;
    }

    private static IOException failed(SdkException e) {
        return new IOException(e.getMessage(), e);
    }

    @Override
    public String place() {
        return config.endpoint() + "/" + config.bucket();
    }

    @Override
    public void close() {
        client.close();
    }
}
