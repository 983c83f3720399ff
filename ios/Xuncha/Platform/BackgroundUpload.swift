// Wakes the app for an upload while nobody looks at it.

import BackgroundTasks
import XunchaKit

struct BackgroundUpload: Background {
    /// The same as in Info.plist.
    private static let name = "org.xuncha.app.upload"

    /// Called once, before the app has finished starting.
    static func register(_ upload: @escaping @Sendable () async -> Bool) {
        BGTaskScheduler.shared.register(forTaskWithIdentifier: name, using: nil) { task in
            let done = Completion(task: task)
            let run = Task { done.set(success: await upload()) }
            task.expirationHandler = { run.cancel() }
        }
    }

    func wake(at earliest: Date) {
        let request = BGProcessingTaskRequest(identifier: Self.name)
        request.requiresNetworkConnectivity = true
        request.earliestBeginDate = earliest
        // Refused where the person switched background refresh off: then it goes on when the app is opened.
        try? BGTaskScheduler.shared.submit(request)
    }

    func sleep() {
        BGTaskScheduler.shared.cancel(taskRequestWithIdentifier: Self.name)
    }
}

/// The platform's task may be told of its end from any thread.
private struct Completion: @unchecked Sendable {
    let task: BGTask

    func set(success: Bool) {
        task.setTaskCompleted(success: success)
    }
}
