package org.xuncha.app.platform

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import org.xuncha.app.App

/** Uploads while the app is not open: whenever the system sees a network and finds it a good time. */
class UploadJob : JobService() {
    override fun onStartJob(parameters: JobParameters): Boolean {
        (application as App).phone.uploads.start { left -> jobFinished(parameters, left) }
        return true
    }

    /** The network is gone, or the time is up: what is under way stops without harm and is tried again. */
    override fun onStopJob(parameters: JobParameters): Boolean {
        (application as App).phone.stopUpload()
        return true
    }

    override fun onDestroy() {
        (application as App).phone.uploads.onJobsGone()
        super.onDestroy()
    }

    companion object {
        private const val REGULAR = 1
        private const val RETRY = 2
        private const val HOURS_6 = 6 * 3_600_000L
        private const val MINUTE = 60_000L

        /** Every six hours with a network, over restarts of the phone; also brings what is new at the station. */
        fun plan(context: Context) {
            val scheduler = context.getSystemService(JobScheduler::class.java)
            if (scheduler.getPendingJob(REGULAR) != null) return
            scheduler.schedule(job(context, REGULAR).setPeriodic(HOURS_6).setPersisted(true).build())
        }

        /** Once more at this moment, or when there is a network after it; in place of one that was planned before. */
        fun planRetry(context: Context, at: Long = System.currentTimeMillis()) {
            val wait = (at - System.currentTimeMillis()).coerceIn(MINUTE, HOURS_6)
            val scheduler = context.getSystemService(JobScheduler::class.java)
            scheduler.schedule(job(context, RETRY).setMinimumLatency(wait).setPersisted(true).build())
        }

        /** Nothing waits any more. */
        fun cancelRetry(context: Context) = context.getSystemService(JobScheduler::class.java).cancel(RETRY)

        private fun job(context: Context, id: Int): JobInfo.Builder =
            JobInfo.Builder(id, ComponentName(context, UploadJob::class.java)).setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
    }
}
