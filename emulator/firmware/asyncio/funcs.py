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
    if not aws:
        return []
    tasks = [core._promote_to_task(aw) for aw in aws]
    gatherer = core.cur_task
    running = len(tasks)
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

    for task in tasks:
        if task.state is not True:
            raise RuntimeError("can't gather")
        task.state = done
    gatherer.data = _Gathering
    cancelled = False
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
        results.append(task.data.value if isinstance(task.data, StopIteration) else task.data)
    if failure is not None:
        raise failure
    return results
