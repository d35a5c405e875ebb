package dev.concordat.audit;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** The bytes of a body; one that is longer than allowed is given up before it fills the memory. */
final class LimitedBody implements BodySubscriber<byte[]> {
    private final BodySubscriber<byte[]> bytes = BodySubscribers.ofByteArray();
    private final long longest;
    private Subscription subscription;
    private long read;
    private volatile boolean tooLong;

    /** @param longest bytes */
    LimitedBody(long longest) {
        this.longest = longest;
    }

    boolean isTooLong() {
        return tooLong;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return bytes.getBody();
    }

    @Override
    public void onSubscribe(Subscription source) {
        subscription = source;
        bytes.onSubscribe(source);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        read += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        if (read <= longest) {
            bytes.onNext(buffers);
        } else if (!tooLong) {
            tooLong = true;
            subscription.cancel();
            bytes.onError(new IOException("longer than " + longest + " bytes"));
        }
    }

    @Override
    public void onError(Throwable failure) {
        bytes.onError(failure);
    }

    @Override
    public void onComplete() {
        bytes.onComplete();
    }
}
