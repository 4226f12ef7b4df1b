package io.privsep.demo.privsep;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.w3c.dom.Document;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads orders in XML, with three holes.
 * <p>
 * They are left open on purpose, and stand for those of which nobody knows yet: do not
 * copy this.
 */
public final class OrderXml {

	private OrderXml() {
	}

	/**
	 * Reads an order.
	 * @param xml the order, as it was received
	 * @return the order
	 * @throws IOException if what the order refers to cannot be read
	 */
	public static Order parse(byte[] xml) throws IOException {
		try {
			// the first hole: external entities are not switched off
			DocumentBuilder builder = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
			// the default one prints what strangers write
			builder.setErrorHandler(new DefaultHandler());
			Document document = builder.parse(new ByteArrayInputStream(xml));
			return new Order(text(document, "item"), Integer.parseInt(text(document, "quantity")));
		}
		catch (ParserConfigurationException | SAXException ex) {
			throw new IllegalArgumentException("The order is not XML: " + ex.getMessage(), ex);
		}
	}

	static byte[] unpack(byte[] packed) {
		Inflater inflater = new Inflater();
		try {
			inflater.setInput(packed);
			ByteArrayOutputStream unpacked = new ByteArrayOutputStream();
			byte[] buffer = new byte[8192];
			// the second hole: there is no limit; the third: where the end is missing,
			// this inflates nothing, for ever
			while (!inflater.finished()) {
				unpacked.write(buffer, 0, inflater.inflate(buffer));
			}
			return unpacked.toByteArray();
		}
		catch (DataFormatException ex) {
			throw new IllegalArgumentException("The order is not packed: " + ex.getMessage(), ex);
		}
		finally {
			inflater.end();
		}
	}

	private static String text(Document document, String name) {
		if (document.getElementsByTagName(name).getLength() != 1) {
			throw new IllegalArgumentException("The order must have one '" + name + "'");
		}
		return document.getElementsByTagName(name).item(0).getTextContent().strip();
	}

}
