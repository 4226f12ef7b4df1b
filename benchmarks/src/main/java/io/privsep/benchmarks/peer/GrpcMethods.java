package io.privsep.benchmarks.peer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;

import io.privsep.benchmarks.load.TenFields;

/**
 * The methods of the gRPC peer. Their values are written by hand, which costs less than
 * protocol buffers would.
 */
final class GrpcMethods {

	static final String SERVICE = "benchmarks";

	static final MethodDescriptor<Object, Object> ECHO = method("echo");

	static final MethodDescriptor<Object, Object> FAIL = method("fail");

	private GrpcMethods() {
	}

	private static MethodDescriptor<Object, Object> method(String name) {
		Marshaller<Object> marshaller = new ValueMarshaller();
		return MethodDescriptor.newBuilder(marshaller, marshaller)
			.setType(MethodDescriptor.MethodType.UNARY)
			.setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
			.build();
	}

	/**
	 * A tag and the value.
	 */
	private static final class ValueMarshaller implements Marshaller<Object> {

		@Override
		public InputStream stream(Object value) {
			try {
				ByteArrayOutputStream bytes = new ByteArrayOutputStream(
						(value instanceof byte[] array) ? array.length + 1 : 256);
				DataOutputStream out = new DataOutputStream(bytes);
				if (value instanceof String text) {
					out.writeByte('s');
					out.write(text.getBytes(StandardCharsets.UTF_8));
				}
				else if (value instanceof byte[] array) {
					out.writeByte('b');
					out.write(array);
				}
				else if (value instanceof TenFields fields) {
					out.writeByte('r');
					write(fields, out);
				}
				else {
					List<?> list = (List<?>) value;
					out.writeByte('l');
					out.writeInt(list.size());
					for (Object each : list) {
						write((TenFields) each, out);
					}
				}
				return new ByteArrayInputStream(bytes.toByteArray());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public Object parse(InputStream stream) {
			try {
				DataInputStream in = new DataInputStream(stream);
				int tag = in.readUnsignedByte();
				return switch (tag) {
					case 's' -> new String(in.readAllBytes(), StandardCharsets.UTF_8);
					case 'b' -> in.readAllBytes();
					case 'r' -> read(in);
					case 'l' -> {
						List<TenFields> list = new ArrayList<>();
						for (int i = in.readInt(); i > 0; i--) {
							list.add(read(in));
						}
						yield list;
					}
					default -> throw new IllegalArgumentException("There is no tag " + tag);
				};
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private static void write(TenFields fields, DataOutputStream out) throws IOException {
			out.writeInt(fields.id());
			out.writeUTF(fields.name());
			out.writeBoolean(fields.active());
			out.writeDouble(fields.ratio());
			out.writeLong(fields.size());
			out.writeUTF(fields.owner());
			out.writeUTF(fields.path());
			out.writeInt(fields.count());
			out.writeUTF(fields.note());
			out.writeInt(fields.version());
		}

		private static TenFields read(DataInputStream in) throws IOException {
			return new TenFields(in.readInt(), in.readUTF(), in.readBoolean(), in.readDouble(), in.readLong(),
					in.readUTF(), in.readUTF(), in.readInt(), in.readUTF(), in.readInt());
		}

	}

}
