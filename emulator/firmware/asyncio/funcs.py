# Waiting for tasks: with a limit, for several.
from . import core


async def _run(waiter, aw):
    result = None
    try:
        result = await aw
        outcome = True
    except BaseException as er:
        outcome = er
    # The waiter sleeps, or else waits for this task, because its time is over.
    if waiter.data is None and waiter.cancel():
        waiter.data = core.CancelledError(outcome, result)


async def wait_for(aw, timeout, sleep=core.sleep):
    aw = core._promote_to_task(aw)
    if timeout is None:
        return await aw
    runner = core.create_task(_run(core.cur_task, aw))
    try:
        await sleep(timeout)
    except core.CancelledError as er:
        outcome = er.value
        if outcome is None:  # cancelled by somebody else
            runner.cancel()
            raise er
        if outcome is True:
            return er.args[1]
        raise outcome
    runner.cancel()
    await runner
    raise core.TimeoutError


def wait_for_ms(aw, timeout):
    return wait_for(aw, timeout, core.sleep_ms)


class _Gathering:
    # What a gathering task waits on; cancel() has nothing to take it off.
    @staticmethod
    def remove(task):
        pass


def gather(*aws, return_exceptions=False):  # async
    tasks = [core._promote_to_task(aw) for aw in aws]
    gatherer = core.cur_task
    running = 0
    failure = None

    def done(task, ending):
        nonlocal running, failure
        if gatherer.data is not _Gathering:
            return  # woken already
        running -= 1
        if not return_exceptions and not isinstance(ending, StopIteration):
            failure = ending
        elif running:
            return
        core._task_queue.push(gatherer)

    failed = False  # a task, before it was gathered
    for task in tasks:
        if task.state is True:
            task.state = done
            running += 1
        elif task.state:
            raise RuntimeError("can't gather")  # another task waits for it
        elif not isinstance(task.data, StopIteration):
            failed = not return_exceptions
    cancelled = False
    if running and not failed:
        gatherer.data = _Gathering
        try:
            yield
        except core.CancelledError as er:
            cancelled = True
            failure = er
    results = []
    for task in tasks:
        if task.state is done:  # still running
            task.state = True
            if cancelled:
                task.cancel()
        elif isinstance(task.data, StopIteration):
            results.append(task.data.value)
        elif return_exceptions:
            results.append(task.data)
        elif failure is None:
            failure = task.data
    if failure is not None:
        raise failure
    return results
