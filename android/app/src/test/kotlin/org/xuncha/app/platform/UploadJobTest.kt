package org.xuncha.app.platform

import android.app.job.JobInfo
import android.app.job.JobScheduler
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.util.ReflectionHelpers
import org.xuncha.app.Stage
import org.xuncha.app.TestHub

/** Uploads go on while the app is not open: planned with a network, over restarts, and again after a failure. */
@RunWith(RobolectricTestRunner::class)
class UploadJobTest {
    @get:Rule
    val stage = Stage()

    private val scheduler get() = stage.app.getSystemService(JobScheduler::class.java)

    @Test
    fun a_regular_upload_is_planned_once_with_a_network_and_over_restarts() {
        UploadJob.plan(stage.app)
        UploadJob.plan(stage.app)
        val job = scheduler.allPendingJobs.single { it.isPeriodic }
        assertTrue(job.isPersisted)
        @Suppress("DEPRECATION")
        assertEquals(JobInfo.NETWORK_TYPE_ANY, job.networkType)
    }

    @Test
    fun what_waits_after_a_failure_is_planned_again() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.hub.stop()
        stage.inspect("蓝鲸网吧")
        val retry = scheduler.allPendingJobs.single { !it.isPeriodic }
        assertTrue(retry.isPersisted)
        assertTrue(retry.minLatencyMillis >= 60_000)
    }

    @Test
    fun an_upload_that_is_under_way_is_planned_once_more_lest_the_process_dies_over_it_and_not_when_all_is_sent() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.hub.freeze()
        stage.awaitsUploads = false
        stage.inspect("蓝鲸网吧")
        stage.awaits("it is planned") { scheduler.allPendingJobs.size == 2 }
        val retry = scheduler.allPendingJobs.single { !it.isPeriodic }
        assertTrue("over a restart of the phone too", retry.isPersisted)
        @Suppress("DEPRECATION")
        assertEquals(JobInfo.NETWORK_TYPE_ANY, retry.networkType)
        assertTrue("soon", retry.minLatencyMillis <= 60_000)
        assertEquals(1uL, stage.book.status().recordsWaiting)
        stage.hub.thaw()
        stage.awaitsUploads = true
        stage.sync()
        assertEquals(0uL, stage.book.status().recordsWaiting)
        assertTrue(scheduler.allPendingJobs.all { it.isPeriodic })
    }

    @Test
    fun the_systems_own_job_is_not_planned_over() {
        stage.enrol(TestHub.VOLUNTEER).open()
        val before = scheduler.allPendingJobs
        stage.hub.freeze()
        stage.awaitsUploads = false
        val service = Robolectric.buildService(UploadJob::class.java).create()
        service.get().onStartJob(ReflectionHelpers.newInstance(android.app.job.JobParameters::class.java))
        stage.app.phone.uploads.start()
        Thread.sleep(300)
        assertEquals("the system would stop it for another", before, scheduler.allPendingJobs)
        stage.hub.thaw()
        stage.awaitsUploads = true
        stage.settle()
        assertEquals(before, scheduler.allPendingJobs)
        service.destroy()
        stage.hub.stop()
        stage.sync()
        assertEquals("and then again", before.size + 1, scheduler.allPendingJobs.size)
    }

    @Test
    fun the_job_uploads_by_itself_and_says_that_it_is_done() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.hub.stop()
        stage.inspect("蓝鲸网吧")
        stage.hub.startAgain()
        val job = Robolectric.buildService(UploadJob::class.java).create().get()
        val parameters = ReflectionHelpers.newInstance(android.app.job.JobParameters::class.java)
        assertTrue("it goes on in the background", job.onStartJob(parameters))
        stage.settle()
        assertEquals(0uL, stage.book.status().recordsWaiting)
        assertTrue(shadowOf(job).isJobFinished)
        assertEquals(false, shadowOf(job).isRescheduleNeeded)
    }
}
