import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** One TLS 1.2 connection with one suite, as JSSE does it: `server KEYSTORE SUITE` or `client PORT SUITE`. */
public class JsseEcho {
    private static final char[] PASSWORD = "password".toCharArray();

    public static void main(String[] args) throws Exception {
        // Static ECDH is switched off by default.
        Security.setProperty("jdk.tls.disabledAlgorithms", "");
        if (args[0].equals("server")) serve(args[1], args[2]);
        else connect(Integer.parseInt(args[1]), args[2]);
    }

    private static void serve(String keyStore, String suite) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(Files.newInputStream(Path.of(keyStore)), PASSWORD);
        KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509");
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLSv1.2");
        context.init(managers.getKeyManagers(), null, null);
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        SSLServerSocket listener =
            (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 1, loopback);
        listener.setEnabledProtocols(new String[] {"TLSv1.2"});
        listener.setEnabledCipherSuites(new String[] {suite});
        System.out.println("ACCEPT 127.0.0.1:" + listener.getLocalPort());
        SSLSocket socket = (SSLSocket) listener.accept();
        String line = new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
        socket.getOutputStream().write((new StringBuilder(line).reverse() + "\n").getBytes());
        socket.close();
    }

    private static void connect(int port, String suite) throws Exception {
        X509TrustManager trusting = new X509TrustManager() {
            public void checkClientTrusted(X509Certificate[] chain, String type) {}
            public void checkServerTrusted(X509Certificate[] chain, String type) {}
            public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
        };
        SSLContext context = SSLContext.getInstance("TLSv1.2");
        context.init(null, new TrustManager[] {trusting}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        socket.setEnabledCipherSuites(new String[] {suite});
        socket.getOutputStream().write("over the wire\n".getBytes());
        System.out.println(new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine());
        socket.close();
    }
}
