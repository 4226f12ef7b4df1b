package io.privsep.benchmarks.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;

import io.privsep.benchmarks.load.Commands;
import io.privsep.benchmarks.load.Payload;
import io.privsep.benchmarks.load.Subject;

/**
 * The same functions with gRPC over a Unix socket. With the argument {@code direct} both
 * ends run calls in their event loops and have large windows; else both are as they come.
 */
public final class GrpcPeer implements Subject {

	private static final int WINDOW = 8 << 20;

	private static final int MAX_MESSAGE = 8 << 20;

	private final ServerProcess server;

	private final ManagedChannel channel;

	private final EventLoopGroup eventLoops;

	private GrpcPeer(ServerProcess server, boolean direct) {
		this.server = server;
		this.eventLoops = new MultiThreadIoEventLoopGroup(EpollIoHandler.newFactory());
		NettyChannelBuilder builder = NettyChannelBuilder
			.forAddress(new DomainSocketAddress(server.socket().toString()))
			.eventLoopGroup(this.eventLoops)
			.channelType(EpollDomainSocketChannel.class)
			.maxInboundMessageSize(MAX_MESSAGE)
			.overrideAuthority("localhost")
			.usePlaintext();
		if (direct) {
			builder.directExecutor().flowControlWindow(WINDOW);
		}
		this.channel = builder.build();
	}

	public static void main(String[] args) throws Exception {
		ServerProcess server = ServerProcess.start(ServerEnd.class, args);
		Commands.serve(new GrpcPeer(server, List.of(args).contains("direct")), System.out);
	}

	@Override
	public List<Long> pids() {
		return List.of(this.server.pid());
	}

	@Override
	public Call call(Payload payload, int caller) {
		Object value = payload.value();
		CallOptions options = CallOptions.DEFAULT;
		return switch (payload) {
			case TEXT ->
				() -> Checks.same(value, ClientCalls.blockingUnaryCall(this.channel, GrpcMethods.ECHO, options, value));
			case EXCEPTION -> () -> Checks
				.throwsException(() -> ClientCalls.blockingUnaryCall(this.channel, GrpcMethods.FAIL, options, value));
			default ->
				() -> Checks.present(ClientCalls.blockingUnaryCall(this.channel, GrpcMethods.ECHO, options, value));
		};
	}

	@Override
	public void close() throws IOException {
		this.channel.shutdownNow();
		this.eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
		this.server.close();
	}

	/**
	 * The other end.
	 */
	static final class ServerEnd {

		private ServerEnd() {
		}

		public static void main(String[] args) throws IOException, InterruptedException {
			EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(EpollIoHandler.newFactory());
			NettyServerBuilder builder = NettyServerBuilder
				.forAddress(new DomainSocketAddress(Path.of(args[0]).toString()))
				.bossEventLoopGroup(eventLoops)
				.workerEventLoopGroup(eventLoops)
				.channelType(EpollServerDomainSocketChannel.class)
				.maxInboundMessageSize(MAX_MESSAGE)
				.addService(ServerServiceDefinition.builder(GrpcMethods.SERVICE)
					.addMethod(GrpcMethods.ECHO, ServerCalls.asyncUnaryCall((request, observer) -> {
						observer.onNext(request);
						observer.onCompleted();
					}))
					.addMethod(GrpcMethods.FAIL,
							ServerCalls.asyncUnaryCall((request, observer) -> observer
								.onError(Status.INTERNAL.withDescription((String) request).asRuntimeException())))
					.build());
			if (args.length > 1 && args[1].equals("direct")) {
				builder.directExecutor().flowControlWindow(WINDOW);
			}
			Server server = builder.build().start();
			ServerProcess.serving("ready");
			server.awaitTermination();
		}

	}

}
