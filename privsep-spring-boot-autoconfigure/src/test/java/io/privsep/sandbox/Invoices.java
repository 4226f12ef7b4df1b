package io.privsep.sandbox;

import java.io.ByteArrayInputStream;
import java.io.IOException;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.w3c.dom.Element;
import org.xml.sax.SAXException;

import io.privsep.PrivsepFunction;

/**
 * A recipe of docs/sandbox.md.
 */
@PrivsepFunction("invoices")
public class Invoices {

	public Invoice parse(byte[] xml) throws IOException {
		try {
			Element root = DocumentBuilderFactory.newInstance()
				.newDocumentBuilder()
				.parse(new ByteArrayInputStream(xml))
				.getDocumentElement();
			return new Invoice(root.getAttribute("number"), root.getTextContent());
		}
		catch (ParserConfigurationException | SAXException ex) {
			throw new IOException("no invoice: " + ex.getMessage());
		}
	}

	public record Invoice(String number, String text) {
	}

}
