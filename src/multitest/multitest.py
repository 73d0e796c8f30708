# What a test file finds under the name `multitest`: it speaks to the runner in lines on the console, and is
# answered on standard input.
import sys


class multitest:
    @staticmethod
    def _tell(*words):
        print(*words)
        multitest.flush()

    @staticmethod
    def flush():
        flush = getattr(sys.stdout, "flush", None)
        if flush:
            flush()

    @staticmethod
    def next():
        multitest._tell("NEXT")

    @staticmethod
    def skip():
        multitest._tell("SKIP")
        raise SystemExit

    @staticmethod
    def globals(**values):
        for name in values:
            multitest._tell("SET %s = %r" % (name, values[name]))

    @staticmethod
    def broadcast(message):
        multitest._tell("BROADCAST", message)

    @staticmethod
    def wait(message):
        while sys.stdin.readline().rstrip() != "BROADCAST " + message:
            pass

    @staticmethod
    def get_network_ip():
        import network

        return network.WLAN(network.STA_IF).ifconfig()[0]

    @staticmethod
    def expect_reboot(resume, delay_ms=0):
        multitest._tell("WAIT_FOR_REBOOT", resume, delay_ms)

    @staticmethod
    def output_metric(data):
        multitest._tell("OUTPUT_METRIC", data)
